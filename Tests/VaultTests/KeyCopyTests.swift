// SPDX-License-Identifier: Apache-2.0

import Foundation
import LocalServers
import Testing

@testable import Vault

@Suite("The copy of a key store")
struct KeyCopyTests {
    private let folder: TemporaryFolder
    private let master = MasterKey.random()

    init() throws {
        folder = try TemporaryFolder()
    }

    private func ring(_ name: String = "keys", _ master: MasterKey? = nil) throws -> KeyRing {
        let ring = try KeyRing.open(folder: folder.path(name), master: master ?? self.master)
        try ring.create(.system)
        return ring
    }

    private var copy: String { folder.path("copy") }

    private func bytes(_ path: String) -> Data? { FileManager.default.contents(atPath: path) }

    @Test("is written over by a newer one of the same key store, and over an empty file")
    func renewed() throws {
        let own = try ring()
        try folder.write("", to: "copy")
        try own.copy(to: copy)
        #expect(bytes(copy) == bytes(folder.path("keys/keys")))
        // All keys are under another wrapping key from here on.
        try own.create(.tenant("acme"))
        try own.destroy(.tenant("acme"))
        try own.copy(to: copy)
        #expect(bytes(copy) == bytes(folder.path("keys/keys")))
    }

    @Test("is written over no other file, be it the master key or the copy of another key store")
    func refused() throws {
        let own = try ring()
        _ = try MasterKey.loadOrCreate(file: folder.path("master.key"))
        try ring("others-keys", .random()).copy(to: folder.path("others-copy"))
        // One master key may serve two installations.
        try ring("second-keys").copy(to: folder.path("second-copy"))
        try folder.write("wrapping\n", to: "words")
        for name in ["master.key", "others-copy", "second-copy", "words"] {
            let path = folder.path(name)
            let before = bytes(path)
            let error = #expect(throws: VaultError.self) { try own.copy(to: path) }
            #expect(error?.code == .notACopy)
            #expect(error?.description == "The file \(path) is no copy of this key store, and is not written over.")
            #expect(bytes(path) == before)
        }
        try FileManager.default.createDirectory(atPath: copy, withIntermediateDirectories: false)
        #expect(throws: VaultError.self) { try own.checkPlace(ofCopy: copy) }
        #expect(throws: VaultError.self) { try own.checkPlace(ofCopy: "/dev/null") }
    }
}
