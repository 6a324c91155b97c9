// SPDX-License-Identifier: Apache-2.0

import Vault

/// Why something could not be kept or found.
public struct StoreError: Error, Sendable, CustomStringConvertible, CustomDebugStringConvertible {
    public enum Code: String, Sendable, CaseIterable {
        case diskFull = "disk-full"
        case ioFailed = "io-failed"
        /// Another process holds the database for longer than we wait.
        case busy
        /// Another process serves this folder.
        case inUse = "in-use"
        /// Other processes took this one for dead, and have its work.
        case displaced
        /// The folder was written by a newer Martlet.
        case newerSchema = "newer-schema"
        /// The key store is not the one of this folder, or does not open any more.
        case keysDoNotFit = "keys-do-not-fit"
        case unknownTenant = "unknown-tenant"
        case notFound = "not-found"
        case alreadyThere = "already-there"
        /// Another job has this identity.
        case twin
        /// The job is not in a state that allows this.
        case wrongState = "wrong-state"
        /// A record does not open: its time is over, or it was changed.
        case unreadable
        case damaged
        /// A database server that is not fit for us, or an address that we refuse.
        case unfitDatabase = "unfit-database"
        /// The clock of this machine is too far from that of the database.
        case wrongClock = "wrong-clock"
        /// The tenant has all the room that it may have.
        case quotaReached = "quota-reached"
        /// Shorter or longer than the operator allows.
        case refusedTerms = "refused-terms"
        case closed
        /// The database went away while it was told to commit: it may have, or not.
        case outcomeUnknown = "outcome-unknown"
    }

    /// When the same attempt may be made again.
    public enum Retry: Sendable, Hashable {
        case never
        case soon
        case after(Duration)
    }

    public let code: Code
    /// One sentence that is safe for users.
    public let said: String
    /// More, for operators.
    public let detail: String
    public let underlying: (any Error)?

    init(_ code: Code, _ said: String, detail: String = "", underlying: (any Error)? = nil) {
        self.code = code
        self.said = said
        self.detail = detail
        self.underlying = underlying
    }

    public var retry: Retry {
        switch code {
        case .diskFull: .after(.seconds(30))
        case .quotaReached: .after(.seconds(300))
        case .ioFailed, .busy, .twin, .outcomeUnknown, .inUse, .displaced, .keysDoNotFit: .soon
        default: .never
        }
    }

    public var description: String { said }

    public var debugDescription: String {
        detail.isEmpty ? "\(code.rawValue): \(said)" : "\(code.rawValue): \(said) (\(detail))"
    }

    /// This one letter, event or record is over, or was taken away.
    public var isGone: Bool { code == .notFound || code == .unreadable && !isDamage }

    /// This one is there, and cannot be read.
    public var isDamage: Bool { code == .damaged || (underlying as? VaultError)?.code == .doesNotOpen }
}
