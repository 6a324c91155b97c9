// SPDX-License-Identifier: Apache-2.0

/// Why a key could not be had, or a sealed thing did not open.
public struct VaultError: Error, Sendable, CustomStringConvertible, CustomDebugStringConvertible {
    public enum Code: String, Sendable, CaseIterable {
        case masterKeyInvalid = "master-key-invalid"
        /// Others on the machine may read the master key's file.
        case masterKeyExposed = "master-key-exposed"
        /// A file that left the house was sealed with another one.
        case passPhraseWrong = "pass-phrase-wrong"
        case masterKeyMissing = "master-key-missing"
        /// The master key does not open the key store.
        case masterKeyWrong = "master-key-wrong"
        case keyStoreDamaged = "key-store-damaged"
        /// A file that a copy of the key store would be written over.
        case notACopy = "not-a-copy"
        case ownerUnknown = "owner-unknown"
        /// Keys of an owner that has some already.
        case ownerKnown = "owner-known"
        case ownerInvalid = "owner-invalid"
        /// The key that sealed this is no longer there: its time is over.
        case keyGone = "key-gone"
        /// Changed, cut, or not of this place.
        case doesNotOpen = "does-not-open"
        case diskFull = "disk-full"
        case ioFailed = "io-failed"
    }

    /// When the same attempt may be made again.
    public enum Retry: Sendable, Hashable {
        case never
        case soon
    }

    public let code: Code
    /// One sentence that is safe for users.
    public let said: String
    /// More, for operators.
    public let detail: String

    init(_ code: Code, _ said: String, detail: String = "") {
        self.code = code
        self.said = said
        self.detail = detail
    }

    public var retry: Retry {
        switch code {
        case .diskFull, .ioFailed: .soon
        default: .never
        }
    }

    public var description: String { said }

    public var debugDescription: String {
        detail.isEmpty ? "\(code.rawValue): \(said)" : "\(code.rawValue): \(said) (\(detail))"
    }
}

extension VaultError {
    static let doesNotOpen = VaultError(
        .doesNotOpen, "A sealed record does not open: it was changed, cut, or put in another's place.")

    static func unknownOwner(_ name: String) -> VaultError {
        VaultError(.ownerUnknown, "The key store has no key for \(name).")
    }

    static let orphan = VaultError(.keyStoreDamaged, "The key store has a key whose owner's key is not there.")

    static func system(_ number: Int32, _ doing: String) -> VaultError {
        let reason = systemReason(number)
        return isDiskFull(number)
            ? VaultError(.diskFull, "The disk of the key store is full.", detail: "\(doing): \(reason)")
            : VaultError(.ioFailed, "The key store could not be read or written.", detail: "\(doing): \(reason)")
    }
}
