// SPDX-License-Identifier: Apache-2.0

import Crypto
import Foundation

/// The key above all keys: 32 bytes from a file that only its owner may read, from the environment,
/// or from a program that fetches it.
public struct MasterKey: Sendable, Equatable {
    let key: SymmetricKey

    static let byteCount = 32

    private init(bytes: [UInt8]) {
        key = SymmetricKey(data: bytes)
    }

    public static func random() -> MasterKey {
        MasterKey(bytes: randomBytes(byteCount))
    }

    /// From 64 hex digits, or the base64 of 32 bytes.
    public init(text: String) throws(VaultError) {
        let text = text.trimmingCharacters(in: .whitespacesAndNewlines)
        let found = Vault.bytes(hex: text) ?? Data(base64Encoded: text).map(Array.init)
        guard let found, found.count == Self.byteCount else {
            throw VaultError(
                .masterKeyInvalid, "The master key must be 32 bytes, written as 64 hex digits or in base64.")
        }
        self.init(bytes: found)
    }

    /// From a regular file of mode 0600 or stricter.
    public static func load(file path: String) throws(VaultError) -> MasterKey {
        guard access(path, F_OK) == 0 else {
            throw VaultError(.masterKeyMissing, "There is no master key at \(path).")
        }
        let file = try SystemFile(path, O_RDONLY)
        let status = try file.status()
        guard status.st_mode & S_IFMT == S_IFREG, status.st_size <= 1024 else {
            throw VaultError(.masterKeyInvalid, "The master key at \(path) is not a small regular file.")
        }
        guard status.st_mode & 0o077 == 0 else {
            throw VaultError(
                .masterKeyExposed, "Others may read the master key at \(path): run chmod 600 \(path), then start again."
            )
        }
        return try MasterKey(text: String(decoding: try file.read(from: 0), as: UTF8.self))
    }

    /// As `load`, but a first run makes the file, readable for its owner only.
    public static func loadOrCreate(file path: String) throws(VaultError) -> MasterKey {
        access(path, F_OK) == 0 ? try load(file: path) : try create(file: path)
    }

    /// A new one, in a file that must not be there yet.
    public static func create(file path: String) throws(VaultError) -> MasterKey {
        let made = randomBytes(byteCount)
        let file = try SystemFile(path, O_WRONLY | O_CREAT | O_EXCL)
        try file.write(Array((hex(made) + "\n").utf8), at: 0)
        try file.flush()
        try flushFolder(URL(fileURLWithPath: path).deletingLastPathComponent().path)
        return MasterKey(bytes: made)
    }
}

/// The master key of now, and the one before it, as long as a key store may still be under that.
public struct MasterKeys: Sendable {
    public let current: MasterKey
    public let former: MasterKey?

    /// Looks where they come from once more. May take as long as that takes.
    public typealias Source = @Sendable () throws -> MasterKeys

    public init(_ current: MasterKey, former: MasterKey? = nil) {
        self.current = current
        self.former = former
    }

    var all: [MasterKey] { [current] + (former.map { [$0] } ?? []) }
}
