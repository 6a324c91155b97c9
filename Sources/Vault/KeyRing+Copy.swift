// SPDX-License-Identifier: Apache-2.0

import Foundation

extension KeyRing {
    /// Writes a copy of the key store into a file, in place of the copy that is there: keys that were destroyed since are
    /// in none. They are wrapped, as in the key store, and open by the master key alone.
    public func copy(to path: String) throws(VaultError) {
        try checkPlace(ofCopy: path)
        try Self.write(try contents(), to: path)
    }

    /// Refuses a file that is there and is no copy of this key store, since a new copy would destroy it.
    public func checkPlace(ofCopy path: String) throws(VaultError) {
        guard access(path, F_OK) == 0 else { return }
        let file = try SystemFile(path, O_RDONLY | O_NONBLOCK)
        if try file.status().st_mode & S_IFMT == S_IFREG {
            let lines = try file.read(from: 0)
            if lines.isEmpty { return }
            if try isCopy(lines) { return }
        }
        throw VaultError(.notACopy, "The file \(path) is no copy of this key store, and is not written over.")
    }

    /// Makes the key store in `folder` out of a copy. There must be none yet.
    public static func restore(_ copy: String, to folder: String) throws(VaultError) {
        let path = folder + "/keys"
        if access(path, F_OK) == 0 {
            throw VaultError(.keyStoreDamaged, "There is a key store already: \(path).")
        }
        let bytes = try SystemFile(copy, O_RDONLY).read(from: 0)
        if mkdir(folder, 0o700) != 0, errno != EEXIST { throw .system(errno, "mkdir") }
        try write(bytes, to: path)
    }

    private static func write(_ bytes: [UInt8], to path: String) throws(VaultError) {
        let new = path + ".new"
        unlink(new)
        let file = try SystemFile(new, O_WRONLY | O_CREAT | O_EXCL)
        try file.write(bytes, at: 0)
        try file.flush()
        let old = try? SystemFile(path, O_RDWR)
        if rename(new, path) != 0 { throw .system(errno, "rename") }
        // Keys that were destroyed since must not lie on this disk any longer.
        if let old {
            try old.write([UInt8](repeating: 0x0A, count: Int(try old.status().st_size)), at: 0)
            try old.flush()
        }
        try flushFolder((path as NSString).deletingLastPathComponent)
    }
}
