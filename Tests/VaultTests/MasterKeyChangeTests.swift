// SPDX-License-Identifier: Apache-2.0

import Foundation
import LocalServers
import Synchronization
import Testing

@testable import Vault

private let noon = Date(timeIntervalSince1970: 1_795_348_800)
private let place = SealContext(table: "jobs", row: "1", column: "payload")

@Suite("A new master key")
struct MasterKeyChangeTests {
    private let folder: TemporaryFolder
    private let old = MasterKey.random()
    private let new = MasterKey.random()
    private let text = Data("text".utf8)

    init() throws {
        folder = try TemporaryFolder()
    }

    private var path: String { folder.path("keys") }
    private var both: MasterKeys { MasterKeys(new, former: old) }

    private func bytes() throws -> Data { try Data(contentsOf: URL(fileURLWithPath: path + "/keys")) }

    /// A ring with the keys of a tenant, and a period's.
    private func begin(asking fetch: MasterKeys.Source? = nil) throws -> (ring: KeyRing, sealed: Data) {
        let ring = try KeyRing.open(folder: path, masters: MasterKeys(old), asking: fetch)
        try ring.create(.tenant("acme"))
        return (ring, try ring.keys(of: .tenant("acme")).seal(text, as: .audit, at: noon, for: place))
    }

    private func refusal(of master: MasterKey) -> String? {
        let error = #expect(throws: VaultError.self) { try KeyRing.open(folder: path, master: master) }
        #expect(error?.code == .masterKeyWrong)
        return error?.description
    }

    @Test("is learned by a process that serves, which goes on; the former one alone opens nothing from then on")
    func learned() throws {
        let asked = Mutex(0)
        let (serving, sealed) = try begin { [both] in
            asked.withLock { $0 += 1 }
            return both
        }
        let beside = try KeyRing.open(folder: path, masters: both)
        #expect(try beside.isUnderFormerMaster())
        #expect(try beside.changeMaster() == 2)
        #expect(try !beside.isUnderFormerMaster())
        #expect(refusal(of: old) == "The master key does not open this key store.")

        let keys = try serving.keys(of: .tenant("acme"))
        #expect(try keys.open(sealed, for: place) == text)
        let later = try keys.seal(text, as: .audit, at: noon.addingTimeInterval(864_000), for: place)
        #expect(try serving.sweep { $0.start <= noon } == 1)
        #expect(asked.withLock(\.self) == 1)
        #expect(refusal(of: old) == "The master key does not open this key store.")
        let next = try KeyRing.open(folder: path, master: new)
        #expect(try next.keys(of: .tenant("acme")).open(later, for: place) == text)
    }

    @Test("is taken once: a second change changes nothing")
    func once() throws {
        _ = try begin()
        let ring = try KeyRing.open(folder: path, masters: both)
        #expect(try ring.changeMaster() == 2)
        let after = try bytes()
        #expect(try ring.changeMaster() == nil)
        #expect(try bytes() == after)
        #expect(try KeyRing.open(folder: path, masters: both).changeMaster() == nil)
    }

    @Test("is not taken by a sweep: other processes may not know it yet")
    func notBySweep() throws {
        let (serving, sealed) = try begin()
        let beside = try KeyRing.open(folder: path, masters: both)
        _ = try beside.keys(of: .tenant("acme")).seal(text, as: .pending, at: noon, for: place)
        #expect(try beside.sweep { $0.retention == .pending } == 1)
        #expect(try beside.isUnderFormerMaster())
        #expect(try serving.keys(of: .tenant("acme")).open(sealed, for: place) == text)
        #expect(refusal(of: new) == "The master key does not open this key store.")
    }

    @Test("that a process does not have is asked for once, and missed in words")
    func unknown() throws {
        let asked = Mutex(0)
        let (serving, _) = try begin { [old] in
            asked.withLock { $0 += 1 }
            return MasterKeys(old)
        }
        _ = try KeyRing.open(folder: path, masters: both).changeMaster()
        for _ in 0..<3 {
            let error = #expect(throws: VaultError.self) { try serving.followDestroyed() }
            #expect(error?.code == .masterKeyWrong)
            #expect(error?.description == "The master key does not open this key store.")
        }
        #expect(asked.withLock(\.self) == 1)
    }

    @Test("takes over whole or not at all, wherever the process is killed")
    func killed() throws {
        let (_, sealed) = try begin()
        let before = try bytes()
        _ = try KeyRing.open(folder: path, masters: both).changeMaster()
        let after = try bytes()
        for count in 0...after.count {
            // Amid the new file, which has no name yet.
            try before.write(to: URL(fileURLWithPath: path + "/keys"))
            try after.prefix(count).write(to: URL(fileURLWithPath: path + "/keys.new"))
            for name in ["keys", "keys.new"] { chmod("\(path)/\(name)", 0o600) }
            let ring = try KeyRing.open(folder: path, masters: both)
            #expect(try ring.isUnderFormerMaster())
            #expect(try ring.keys(of: .tenant("acme")).open(sealed, for: place) == text)
            guard count % 50 == 0 || count == after.count else { continue }
            #expect(try ring.changeMaster() == 2)
            #expect(
                try KeyRing.open(folder: path, master: new).keys(of: .tenant("acme")).open(sealed, for: place) == text)
        }
    }

    @Test("knows the copies that were made under the one before, as long as that is there, and writes over them")
    func copies() throws {
        let (ring, _) = try begin()
        try ring.create(.system)
        let copy = folder.path("copy")
        try ring.copy(to: copy)
        let changed = try KeyRing.open(folder: path, masters: both)
        _ = try changed.changeMaster()
        let alone = try KeyRing.open(folder: path, master: new)
        #expect(throws: VaultError.self) { try alone.copy(to: copy) }
        try changed.copy(to: copy)
        try alone.copy(to: copy)
        // An old copy that is brought back is under the one that it was made under.
        try KeyRing.restore(copy, to: folder.path("restored"))
        #expect(try !KeyRing.open(folder: folder.path("restored"), masters: both).isUnderFormerMaster())
    }

    @Test("is what a new key store is under")
    func newStore() throws {
        try KeyRing.open(folder: path, masters: both).create(.system)
        #expect(try KeyRing.open(folder: path, master: new).has(.system))
    }
}
