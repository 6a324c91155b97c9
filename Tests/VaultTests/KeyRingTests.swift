// SPDX-License-Identifier: Apache-2.0

import Foundation
import LocalServers
import Testing

@testable import Vault

private let noon = Date(timeIntervalSince1970: 1_795_348_800)
private let place = SealContext(table: "jobs", row: "1", column: "payload")

@Suite("The key ring")
struct KeyRingTests {
    private let folder: TemporaryFolder
    private let master = MasterKey.random()

    init() throws {
        folder = try TemporaryFolder()
    }

    private func open() throws -> KeyRing {
        try KeyRing.open(folder: folder.path + "/keys", master: master)
    }

    private func acme(_ ring: KeyRing) throws -> OwnerKeys {
        try ring.create(.tenant("acme"))
        return try ring.keys(of: .tenant("acme"))
    }

    @Test("lets go of what another process destroyed, and of the keys of an owner that was made again")
    func follows() throws {
        let (one, other) = (try open(), try open())
        let keys = try acme(one)
        let text = Data("text".utf8)
        let sealed = try keys.seal(text, as: .audit, at: noon, for: place)
        let kept = try keys.seal(text, as: .configuration, at: noon, for: place)
        #expect(try other.sweep { $0.retention == .audit } == 1)
        // As it is remembered.
        #expect(try keys.open(sealed, for: place) == text)
        try one.followDestroyed()
        #expect(throws: VaultError.self) { try keys.open(sealed, for: place) }
        #expect(try keys.open(kept, for: place) == text)
        #expect(try one.keys(of: .tenant("acme")) === keys)
        try other.destroy(.tenant("acme"))
        #expect(throws: VaultError.self) { try one.keys(of: .tenant("acme")) }
        try other.create(.tenant("acme"))
        #expect(try one.keys(of: .tenant("acme")) !== keys)
    }

    @Test("opens after a new start what it sealed before, with each class")
    func opensAgain() throws {
        let sealed = try Retention.allCases.map { retention in
            try acme(open()).seal(Data("text".utf8), as: retention, at: noon, for: place)
        }
        let keys = try open().keys(of: .tenant("acme"))
        for value in sealed {
            #expect(try keys.open(value, for: place) == Data("text".utf8))
        }
    }

    @Test("seals nothing for an owner that was made anew with keys of the one that was destroyed")
    func madeAnew() throws {
        let ring = try open()
        let old = try acme(ring)
        _ = try old.seal(Data("before".utf8), as: .audit, at: noon, for: place)
        try ring.destroy(.tenant("acme"))
        let new = try acme(ring)
        for retention in Retention.allCases {
            let error = #expect(throws: VaultError.self) {
                try old.seal(Data("late".utf8), as: retention, at: noon.addingTimeInterval(90_000), for: place)
            }
            #expect(error?.code == .ownerUnknown)
        }
        let sealed = try new.seal(Data("after".utf8), as: .audit, at: noon.addingTimeInterval(90_000), for: place)
        #expect(try open().keys(of: .tenant("acme")).open(sealed, for: place) == Data("after".utf8))
    }

    @Test("says in words that the master key is another one")
    func wrongMaster() throws {
        _ = try acme(open())
        let error = #expect(throws: VaultError.self) {
            try KeyRing.open(folder: folder.path + "/keys", master: .random())
        }
        #expect(error?.code == .masterKeyWrong)
        #expect(error?.description == "The master key does not open this key store.")
    }

    @Test("does not start anew when its wrapping key is lost")
    func lostWrapping() throws {
        _ = try acme(open())
        let path = folder.path + "/keys/keys"
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").dropFirst()
        try folder.write(lines.joined(separator: "\n") + "\n", to: "keys/keys", mode: 0o600)
        let error = #expect(throws: VaultError.self) { try open() }
        #expect(error?.description == "The key store has lost its wrapping key.")
    }

    @Test("knows no owner that was not created, and refuses names that could be another's path")
    func owners() throws {
        let ring = try open()
        #expect(throws: VaultError.self) { try ring.keys(of: .tenant("nobody")) }
        for name in ["", "a/b", "a b", "a\n", "ä"] {
            #expect(throws: VaultError.self) { try ring.create(.tenant(name)) }
        }
    }

    @Test("shares new keys with another process on the same key store")
    func shares() throws {
        let one = try open()
        let other = try open()
        _ = try acme(one)
        let sealed = try acme(one).seal(Data([1]), as: .audit, at: noon, for: place)
        #expect(try other.keys(of: .tenant("acme")).open(sealed, for: place) == Data([1]))
        let day = noon.addingTimeInterval(86_400)
        let theirs = try acme(other).seal(Data([2]), as: .audit, at: day, for: place)
        let ours = try acme(one).seal(Data([3]), as: .audit, at: day, for: place)
        #expect(try acme(one).open(theirs, for: place) == Data([2]))
        #expect(try acme(other).open(ours, for: place) == Data([3]))
    }

    @Test("many threads that need a new key at once get the same one")
    func threads() async throws {
        let keys = try acme(open())
        let sealed = try await withThrowingTaskGroup(of: Data.self) { group in
            for number in 0..<40 {
                group.addTask { try keys.seal(Data([UInt8(number)]), as: .event, at: noon, for: place) }
            }
            return try await group.reduce(into: [Data]()) { $0.append($1) }
        }
        let again = try open().keys(of: .tenant("acme"))
        #expect(try Set(sealed.map { try again.open($0, for: place).first }).count == 40)
        let lines = try String(contentsOfFile: folder.path + "/keys/keys", encoding: .utf8).split(separator: "\n")
        #expect(lines.count == 3)
    }

    @Test("goes on after a torn last line, which nobody used")
    func tornTail() throws {
        let sealed = try acme(open()).seal(Data([7]), as: .audit, at: noon, for: place)
        let path = folder.path + "/keys/keys"
        let file = try #require(FileHandle(forWritingAtPath: path))
        try file.seekToEnd()
        try file.write(contentsOf: Data("tenant:acme/event/1 abc".utf8))
        try file.close()
        let keys = try acme(open())
        #expect(try keys.open(sealed, for: place) == Data([7]))
        let event = try keys.seal(Data([8]), as: .event, at: noon, for: place)
        #expect(try acme(open()).open(event, for: place) == Data([8]))
    }

    @Test("a key that is taken out of the key store takes with it what it sealed, and nothing else")
    func keyGone() throws {
        let keys = try acme(open())
        let old = try keys.seal(Data([1]), as: .audit, at: noon, for: place)
        let new = try keys.seal(Data([2]), as: .audit, at: noon.addingTimeInterval(86_400), for: place)
        let path = folder.path + "/keys/keys"
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
        let kept = lines.filter { !$0.hasPrefix("tenant:acme/audit/20779 ") }
        #expect(kept.count == lines.count - 1)
        try Data((kept.joined(separator: "\n") + "\n").utf8).write(to: URL(fileURLWithPath: path))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        let later = try acme(open())
        let error = #expect(throws: VaultError.self) { try later.open(old, for: place) }
        #expect(error?.code == .keyGone)
        #expect(error?.description == "This record's time is over: its key is no longer there.")
        #expect(try later.open(new, for: place) == Data([2]))
    }

    @Test("destroys the keys of periods that are over, and what they sealed opens nowhere any more (P10, P41)")
    func sweep() throws {
        let ring = try open()
        let keys = try acme(ring)
        let old = try keys.seal(Data([1]), as: .audit, at: noon, for: place)
        let new = try keys.seal(Data([2]), as: .audit, at: noon.addingTimeInterval(86_400), for: place)
        let own = try keys.seal(Data([3]), as: .credential, at: noon, for: place)
        let before = try Data(contentsOf: URL(fileURLWithPath: folder.path + "/keys/keys"))
        let beside = try open()
        _ = try beside.keys(of: .tenant("acme"))
        var seen: [KeyPeriod] = []
        let count = try ring.sweep { period in
            seen.append(period)
            return period.end <= noon.addingTimeInterval(86_400)
        }
        #expect(count == 1)
        #expect(Set(seen.map(\.retention)) == [.audit])
        #expect(Set(seen.map(\.owner)) == [.tenant("acme")])
        for ring in [ring, beside, try open()] {
            let keys = try ring.keys(of: .tenant("acme"))
            #expect(throws: VaultError.self) { try keys.open(old, for: place) }
            #expect(try keys.open(new, for: place) == Data([2]))
            #expect(try keys.open(own, for: place) == Data([3]))
            #expect(try keys.hash("a", for: .address) == self.open().keys(of: .tenant("acme")).hash("a", for: .address))
        }
        // No line of the old file is in the new one: all that stays is under a new wrapping key.
        let after = try String(contentsOfFile: folder.path + "/keys/keys", encoding: .utf8).split(separator: "\n")
        let oldLines = Set(String(decoding: before, as: UTF8.self).split(separator: "\n"))
        #expect(after.count == 4)
        #expect(oldLines.isDisjoint(with: after))
        // What the other process adds goes to the new file.
        let later = noon.addingTimeInterval(3 * 86_400)
        let theirs = try beside.keys(of: .tenant("acme")).seal(Data([4]), as: .audit, at: later, for: place)
        #expect(try open().keys(of: .tenant("acme")).open(theirs, for: place) == Data([4]))
        #expect(try ring.sweep { _ in false } == 0)
    }

    @Test("refuses a key store that others may read")
    func exposed() throws {
        _ = try acme(open())
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: folder.path + "/keys/keys")
        #expect(throws: VaultError.self) { try open() }
    }

    @Test("bears a sealed value whose head names the last period that can be written")
    func lastPeriod() throws {
        let head = Data([1, Retention.pending.code, 0xFF, 0xFF, 0xFF, 0xFF])
        #expect(try !acme(open()).isSealed(head, before: noon))
    }

    @Test("uses one key per UTC day for mail, per hour for events, and one for configuration")
    func periods() {
        let lastSecond = Date(timeIntervalSince1970: 1_795_391_999)
        let midnight = lastSecond.addingTimeInterval(1)
        #expect(Retention.audit.period(of: noon) == Retention.audit.period(of: lastSecond))
        #expect(Retention.audit.period(of: lastSecond) + 1 == Retention.audit.period(of: midnight))
        #expect(Retention.event.period(of: noon) + 12 == Retention.event.period(of: midnight))
        #expect(Retention.configuration.period(of: noon) == Retention.configuration.period(of: .distantFuture))
    }

    @Test("look-up hashes are equal for equal values only, and differ by owner and purpose")
    func hashes() throws {
        let ring = try open()
        let acme = try acme(ring)
        try ring.create(.tenant("other"))
        let other = try ring.keys(of: .tenant("other"))
        let hash = acme.hash("anna@example.org", for: .address)
        #expect(hash == acme.hash("anna@example.org", for: .address))
        #expect(hash.count == 16)
        #expect(hash != acme.hash("anna@example.org", for: .messageID))
        #expect(hash != acme.hash("bert@example.org", for: .address))
        #expect(hash != other.hash("anna@example.org", for: .address))
        #expect(try hash == open().keys(of: .tenant("acme")).hash("anna@example.org", for: .address))
    }

    @Test("macs are verified for their text, purpose and owner")
    func macs() throws {
        let acme = try acme(open())
        let mac = acme.sign("acme;01ARZ", for: .marker)
        #expect(mac.count == 32)
        #expect(acme.verify(mac, of: "acme;01ARZ", for: .marker))
        #expect(!acme.verify(mac, of: "acme;01ARY", for: .marker))
        #expect(!acme.verify(mac, of: "acme;01ARZ", for: .thread))
        #expect(!acme.verify(String(mac.dropLast()), of: "acme;01ARZ", for: .marker))
        #expect(!acme.verify("", of: "acme;01ARZ", for: .marker))
    }
}

@Suite("The master key")
struct MasterKeyTests {
    private let folder: TemporaryFolder
    init() throws {
        folder = try TemporaryFolder()
    }

    private var path: String { folder.path + "/master.key" }

    @Test("is made on the first run, for its owner only, and the same after it")
    func firstRun() throws {
        let made = try MasterKey.loadOrCreate(file: path)
        let again = try MasterKey.loadOrCreate(file: path)
        #expect(made.key == again.key)
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
    }

    @Test("is refused where others may read it, with what to do", arguments: [0o640, 0o604, 0o660, 0o644])
    func exposed(mode: Int) throws {
        _ = try MasterKey.loadOrCreate(file: path)
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        let error = #expect(throws: VaultError.self) { try MasterKey.load(file: path) }
        #expect(error?.code == .masterKeyExposed)
        #expect(
            error?.description == "Others may read the master key at \(path): run chmod 600 \(path), then start again.")
    }

    @Test("is read from hex and from base64")
    func texts() throws {
        let raw = [UInt8](0..<32)
        let fromHex = try MasterKey(text: hex(raw) + "\n")
        let fromBase64 = try MasterKey(text: Data(raw).base64EncodedString())
        #expect(fromHex.key == fromBase64.key)
    }

    @Test("is refused when it is not 32 bytes", arguments: ["", "abc", "00", String(repeating: "0", count: 66)])
    func wrongSize(text: String) {
        let error = #expect(throws: VaultError.self) { try MasterKey(text: text) }
        #expect(error?.description == "The master key must be 32 bytes, written as 64 hex digits or in base64.")
    }

    @Test("is missed in words")
    func missing() {
        let error = #expect(throws: VaultError.self) { try MasterKey.load(file: path) }
        #expect(error?.description == "There is no master key at \(path).")
    }
}
