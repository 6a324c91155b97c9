// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization

/// The file of wrapped keys: one line each, a name and base64, only ever appended to.
///
///     tenant:acme 3q2+7w...
///     tenant:acme/audit/20779 yv66vg...
///
/// Several processes may use it at once: who adds a key holds the file's lock and first reads what others added.
/// A last line without its end was never used by anyone, and is cut off by the next who adds.
final class KeyFile: Sendable {
    private struct Known {
        var end = 0
        var wrapped: [String: Data] = [:]
    }

    private let file: SystemFile
    private let known = Mutex(Known())

    init(path: String) throws(VaultError) {
        file = try SystemFile(path, O_RDWR | O_CREAT)
        if try file.status().st_mode & 0o077 != 0 {
            throw VaultError(.masterKeyExposed, "Others may read the key store at \(path): run chmod 600 \(path).")
        }
    }

    func locked<T>(_ body: () throws(VaultError) -> T) throws(VaultError) -> T {
        try file.locked(body)
    }

    var isEmpty: Bool {
        get throws(VaultError) { try file.status().st_size == 0 }
    }

    func find(_ name: String) throws(VaultError) -> Data? {
        try withKnown { known throws(VaultError) in
            if let found = known.wrapped[name] { return found }
            try catchUp(&known)
            return known.wrapped[name]
        }
    }

    /// The key of this name, made by `make` and durable on return if it was not there.
    func findOrAdd(_ name: String, make: () throws(VaultError) -> Data) throws(VaultError) -> Data {
        try withKnown { known throws(VaultError) in
            if let found = known.wrapped[name] { return found }
            return try file.locked { () throws(VaultError) in
                try catchUp(&known)
                if let found = known.wrapped[name] { return found }
                let wrapped = try make()
                let line = Array("\(name) \(wrapped.base64EncodedString())\n".utf8)
                try file.truncate(to: known.end)
                try file.write(line, at: known.end)
                try file.flush()
                known.end += line.count
                known.wrapped[name] = wrapped
                return wrapped
            }
        }
    }

    private func withKnown<T: Sendable>(
        _ body: (inout Known) throws(VaultError) -> T
    ) throws(VaultError) -> T {
        try known.withLock { known throws(VaultError) in try body(&known) }
    }

    private func catchUp(_ known: inout Known) throws(VaultError) {
        let bytes = try file.read(from: known.end)
        guard let last = bytes.lastIndex(of: 0x0A) else { return }
        for line in bytes[..<last].split(separator: 0x0A) {
            let words = line.split(separator: 0x20)
            guard words.count == 2, let wrapped = Data(base64Encoded: Data(words[1])) else {
                throw VaultError(.keyStoreDamaged, "The key store has a line that is not a key.")
            }
            known.wrapped[String(decoding: words[0], as: UTF8.self)] = wrapped
        }
        known.end += last + 1
    }
}
