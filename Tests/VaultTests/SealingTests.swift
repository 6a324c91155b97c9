// SPDX-License-Identifier: Apache-2.0

import Fakes
import Foundation
import LocalServers
import Testing

@testable import Vault

private let noon = Date(timeIntervalSince1970: 1_795_348_800)

private func newOwner(_ folder: TemporaryFolder, _ name: String = "acme") throws -> OwnerKeys {
    let ring = try KeyRing.open(folder: folder.path + "/\(name)", master: .random())
    try ring.create(.tenant(name))
    return try ring.keys(of: .tenant(name))
}

@Suite("A sealed value")
struct SealingTests {
    private let folder: TemporaryFolder
    private let place = SealContext(table: "jobs", row: "1", column: "payload")

    init() throws {
        folder = try TemporaryFolder()
    }

    @Test("opens in its own place, and in no other")
    func opensInItsPlace() throws {
        let keys = try newOwner(folder)
        let sealed = try keys.seal(Data("Hello".utf8), as: .audit, at: noon, for: place)
        #expect(try keys.open(sealed, for: place) == Data("Hello".utf8))
        for elsewhere in [
            SealContext(table: "audit", row: "1", column: "payload"),
            SealContext(table: "jobs", row: "2", column: "payload"),
            SealContext(table: "jobs", row: "1", column: "plan"),
            SealContext(table: "job", row: "s1", column: "payload"),
            SealContext(table: "", row: "", column: ""),
        ] {
            let error = #expect(throws: VaultError.self) { try keys.open(sealed, for: elsewhere) }
            #expect(error?.code == .doesNotOpen)
        }
    }

    @Test("does not open for another tenant, even of the same key store")
    func otherTenant() throws {
        let ring = try KeyRing.open(folder: folder.path + "/both", master: .random())
        try ring.create(.tenant("acme"))
        try ring.create(.tenant("other"))
        let sealed = try ring.keys(of: .tenant("acme")).seal(Data([1]), as: .configuration, at: noon, for: place)
        let other = try ring.keys(of: .tenant("other"))
        _ = try other.seal(Data([2]), as: .configuration, at: noon, for: place)
        #expect(throws: VaultError.self) { try other.open(sealed, for: place) }
    }

    @Test("does not open when any bit of it was changed, or its end was cut")
    func tampered() throws {
        let keys = try newOwner(folder)
        let sealed = try keys.seal(Data("Hello".utf8), as: .audit, at: noon, for: place)
        for index in sealed.indices {
            for bit in 0..<8 {
                var changed = sealed
                changed[index] ^= 1 << bit
                #expect(throws: VaultError.self) { try keys.open(changed, for: place) }
            }
            #expect(throws: VaultError.self) { try keys.open(sealed.prefix(upTo: index), for: place) }
        }
    }

    @Test("never looks the same twice, and shows nothing of what it holds")
    func isRandom() throws {
        let keys = try newOwner(folder)
        let text = Data("marked plain text".utf8)
        let one = try keys.seal(text, as: .audit, at: noon, for: place)
        let other = try keys.seal(text, as: .audit, at: noon, for: place)
        #expect(one != other)
        #expect(one.range(of: text) == nil)
        #expect(one.prefix(6) == Data([1, 2, 0, 0, 0x51, 0x2B]))
    }

    @Test("of a letter opens by either of the letter key's two wraps")
    func letterKey() throws {
        let keys = try newOwner(folder)
        let letter = LetterKey(of: keys)
        let sealed = try letter.seal(Data("body".utf8), for: place)
        for retention in [Retention.pending, .audit] {
            let wrap = try letter.wrapped(as: retention, at: noon, for: place)
            let again = try LetterKey(unwrapping: wrap, of: keys, for: place)
            #expect(try again.open(sealed, for: place) == Data("body".utf8))
        }
        #expect(throws: VaultError.self) { try LetterKey(of: keys).open(sealed, for: place) }
    }
}

@Suite("A sealed stream")
struct SealedStreamTests {
    private let place = SealContext(table: "jobs", row: "1", column: "body")
    private let folder: TemporaryFolder
    private let keys: OwnerKeys
    private let key: LetterKey

    init() throws {
        folder = try TemporaryFolder()
        keys = try newOwner(folder)
        key = LetterKey(of: keys)
    }

    private func plain(_ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
    }

    private func seal(_ bytes: [UInt8], pieces: Int = 10_000_000) throws -> [UInt8] {
        var writer = SealedStream.Writer(key: key, for: place)
        var out: [UInt8] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            try rest.prefix(pieces).withUnsafeBytes { try writer.append($0, into: &out) }
            rest = rest.dropFirst(pieces)
        }
        try writer.finish(into: &out)
        return out
    }

    private func reader(_ sealed: [UInt8], context: SealContext? = nil, key: LetterKey? = nil) throws
        -> SealedStream.Reader
    {
        try SealedStream.Reader(key: key ?? self.key, for: context ?? place, size: sealed.count) { range in
            guard range.upperBound <= sealed.count else { throw VaultError.doesNotOpen }
            return Data(sealed[range])
        }
    }

    @Test(
        "gives back what it took, whatever the size and the pieces",
        arguments: [0, 1, 100, 65_535, 65_536, 65_537, 131_072, 200_000], [1_000, 65_536, 10_000_000])
    func roundTrip(size: Int, pieces: Int) throws {
        let bytes = plain(size)
        let sealed = try seal(bytes, pieces: pieces)
        #expect(sealed.count == SealedStream.sealedSize(of: size))
        let reader = try reader(sealed)
        #expect(reader.count == size)
        #expect(try reader.read(0..<size) == bytes)
    }

    @Test("opens any range, cut to what there is")
    func ranges() throws {
        let bytes = plain(200_000)
        let reader = try reader(seal(bytes))
        for range in [0..<1, 65_535..<65_537, 60_000..<140_000, 199_999..<200_000, 131_072..<131_072, 0..<200_000] {
            #expect(try reader.read(range) == Array(bytes[range]))
        }
        #expect(try reader.read(199_990..<300_000) == Array(bytes[199_990...]))
        #expect(try reader.read(300_000..<300_001).isEmpty)
    }

    @Test("refuses to open at once when it was cut anywhere")
    func cut() throws {
        let sealed = try seal(plain(200_000))
        let frame = 65_536 + 16
        var ends = Array(0..<60) + [sealed.count - 1, sealed.count - 16, sealed.count - 17]
        ends += [1, 2, 3].flatMap { number in [-17, -16, -1, 0, 1, 16, 17].map { 20 + number * frame + $0 } }
        for end in ends where end < sealed.count {
            #expect(throws: VaultError.self, "cut at \(end)") { try reader(Array(sealed[..<end])) }
        }
        #expect(throws: VaultError.self) { try reader(sealed + [0]) }
        #expect(throws: VaultError.self) { try reader(sealed + sealed.suffix(16)) }
    }

    @Test("refuses frames that were moved or doubled")
    func moved() throws {
        let sealed = try seal(plain(200_000))
        let frame = 65_536 + 16
        let head = sealed[..<20]
        let frames = (0..<3).map { sealed[20 + $0 * frame..<20 + ($0 + 1) * frame] }
        let last = sealed[(20 + 3 * frame)...]
        let swapped = try reader(Array(head + frames[1] + frames[0] + frames[2] + last))
        #expect(throws: VaultError.self) { try swapped.read(0..<1) }
        #expect(throws: VaultError.self) { try swapped.read(65_536..<65_537) }
        #expect(try swapped.read(131_072..<131_073) == [plain(200_000)[131_072]])
        #expect(throws: VaultError.self) { try reader(Array(head + frames[0] + frames[1] + last)) }
        #expect(throws: VaultError.self) {
            try reader(Array(head + frames[0] + frames[0] + frames[1] + frames[2] + last))
        }
    }

    @Test("refuses what was changed, byte by byte")
    func tampered() throws {
        let sealed = try seal(plain(40))
        for index in sealed.indices {
            var changed = sealed
            changed[index] ^= 0x10
            #expect(throws: VaultError.self, "changed at \(index)") { try reader(changed) }
        }
    }

    @Test("opens with its own key in its own place only")
    func elsewhere() throws {
        let sealed = try seal(plain(40))
        let other = SealContext(table: "jobs", row: "2", column: "body")
        #expect(throws: VaultError.self) { try reader(sealed, context: other) }
        #expect(throws: VaultError.self) { try reader(sealed, key: LetterKey(of: keys)) }
    }

    @Test("seals the same bytes differently each time, so that no nonce is used twice with a key")
    func isFresh() throws {
        let one = try seal(plain(40))
        let other = try seal(plain(40))
        #expect(one[4..<20] != other[4..<20])
        #expect(one[20...] != other[20...])
    }
}
