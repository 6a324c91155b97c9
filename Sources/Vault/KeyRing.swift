// SPDX-License-Identifier: Apache-2.0

import Crypto
import Foundation
import Synchronization

/// All keys of an installation, out of a key store of its own: a folder that no data backup may hold.
public final class KeyRing: Sendable {
    private let file: KeyFile
    private let wrapping: SymmetricKey
    private let owners = Mutex<[String: OwnerKeys]>([:])

    /// Opens the key store in `folder`, and makes it if it is not there.
    public static func open(folder: String, master: MasterKey) throws(VaultError) -> KeyRing {
        if mkdir(folder, 0o700) != 0, errno != EEXIST { throw .system(errno, "mkdir") }
        let file = try KeyFile(path: folder + "/keys")
        let wrapping = try file.locked { () throws(VaultError) in
            try openWrapping(in: folder, master: master, isFirst: try file.isEmpty)
        }
        return KeyRing(file: file, wrapping: wrapping)
    }

    private init(file: KeyFile, wrapping: SymmetricKey) {
        self.file = file
        self.wrapping = wrapping
    }

    /// The wrapping key has a file of its own, so that a sweep can replace it and let no old copy of `keys` open.
    private static func openWrapping(
        in folder: String, master: MasterKey, isFirst: Bool
    ) throws(VaultError) -> SymmetricKey {
        let path = folder + "/wrapping"
        let bound = Array("martlet wrapping key".utf8)
        if access(path, F_OK) == 0 {
            let text = String(decoding: try SystemFile(path, O_RDONLY).read(from: 0), as: UTF8.self)
            guard let wrapped = Data(base64Encoded: text.trimmingCharacters(in: .whitespacesAndNewlines)) else {
                throw VaultError(.keyStoreDamaged, "The key store's wrapping key is damaged.")
            }
            do {
                return SymmetricKey(data: try opened(wrapped, with: master.key, headCount: 0, bound: bound))
            } catch {
                throw VaultError(.masterKeyWrong, "The master key does not open this key store.")
            }
        }
        guard isFirst else { throw VaultError(.keyStoreDamaged, "The key store has lost its wrapping key.") }
        let made = randomBytes(32)
        let wrapped = try sealed(made, with: master.key, head: [], bound: bound)
        let file = try SystemFile(path + ".new", O_WRONLY | O_CREAT | O_TRUNC)
        try file.write(Array((wrapped.base64EncodedString() + "\n").utf8), at: 0)
        try file.flush()
        if rename(path + ".new", path) != 0 { throw .system(errno, "rename") }
        try flushFolder(folder)
        return SymmetricKey(data: made)
    }

    /// Makes the owner's key if it is not there.
    public func create(_ owner: KeyOwner) throws(VaultError) {
        let name = try owner.name()
        _ = try file.findOrAdd(name) { () throws(VaultError) in
            try sealed(randomBytes(32), with: wrapping, head: [], bound: Array(name.utf8))
        }
    }

    /// The keys of an owner that was created before.
    public func keys(of owner: KeyOwner) throws(VaultError) -> OwnerKeys {
        let name = try owner.name()
        if let found = owners.withLock({ $0[name] }) { return found }
        guard let wrapped = try file.find(name) else {
            throw VaultError(.ownerUnknown, "The key store has no key for \(name).")
        }
        let key = SymmetricKey(data: try opened(wrapped, with: wrapping, headCount: 0, bound: Array(name.utf8)))
        let made = OwnerKeys(name: name, key: key, wrapping: wrapping, file: file)
        return owners.withLock { owners in
            if let found = owners[name] { return found }
            owners[name] = made
            return made
        }
    }
}
