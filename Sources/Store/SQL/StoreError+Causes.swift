// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
import Vault
import WebClient

extension StoreError {
    /// The failure that this error is, said in our words.
    static func of(_ error: any Error) -> StoreError {
        switch error {
        case let error as StoreError: error
        case let error as VaultError: of(error)
        case let error as DatabaseError: of(error)
        case let error as AWSError: of(error)
        default: StoreError(.ioFailed, ioWords, detail: "\(error)", underlying: error)
        }
    }

    /// The failure that this `errno` is.
    static func system(_ number: Int32, _ doing: String) -> StoreError {
        let reason = "\(doing): \(String(cString: strerror(number)))"
        return number == ENOSPC || number == EDQUOT
            ? StoreError(.diskFull, diskFullWords, detail: reason) : StoreError(.ioFailed, ioWords, detail: reason)
    }

    /// The failure that a PostgreSQL's SQLSTATE is (PostgreSQL: Appendix A); nil means that the connection broke.
    static func postgreSQL(state: String?, _ words: String) -> StoreError {
        guard let state, !state.hasPrefix("08"), !state.hasPrefix("57P") else { return unreachableDatabase(words) }
        let detail = "PostgreSQL \(state): \(words)"
        return switch state.prefix(2) {
        case "23": StoreError(.alreadyThere, alreadyThereWords, detail: detail)
        case _ where state == "53100": StoreError(.diskFull, "The disk of the database is full.", detail: detail)
        case "40", "55": StoreError(.busy, busyWords, detail: detail)
        case "XX": StoreError(.damaged, damagedWords, detail: detail)
        default: StoreError(.ioFailed, "The database refused a statement.", detail: detail)
        }
    }

    static func unreachableDatabase(_ words: String) -> StoreError {
        let reason = unsafeConnections.first { words.contains($0.sign) }
        return StoreError(.ioFailed, reason?.words ?? "The database cannot be reached.", detail: words)
    }

    /// Why libpq does not go on with a server, by what it says of it.
    private static let unsafeConnections = [
        ("certificate verify failed", "The database's certificate is by no authority that is trusted here."),
        ("does not match host name", "The database's certificate is for another name than its address has."),
        (
            "root certificate file",
            "The file of authorities by which the database's certificate is checked cannot be read."
        ),
        (
            "server does not support SSL",
            "The database does not offer TLS, and over the network it is not spoken to without."
        ),
    ].map { (sign: $0, words: $1) }

    private static let alreadyThereWords = "This is there already, or belongs to something that is not there."
    private static let busyWords = "The database is held by another process."
    private static let damagedWords = "The database is damaged."
    private static let diskFullWords = "The disk of the data folder is full."
    private static let ioWords = "The data folder could not be read or written."

    /// What a bucket refuses is mended by an operator; work waits for that.
    private static func of(_ error: AWSError) -> StoreError {
        StoreError(.ioFailed, error.said, detail: error.detail, underlying: error)
    }

    private static func of(_ error: VaultError) -> StoreError {
        switch error.code {
        case .diskFull: StoreError(.diskFull, error.said, detail: error.detail, underlying: error)
        case .ioFailed: StoreError(.ioFailed, error.said, detail: error.detail, underlying: error)
        // What is sealed is there all the same.
        case .masterKeyWrong: StoreError(.keysDoNotFit, error.said, detail: error.detail, underlying: error)
        default: StoreError(.unreadable, error.said, detail: error.detail, underlying: error)
        }
    }

    private static func of(_ error: DatabaseError) -> StoreError {
        let detail = "SQLite \(error.extendedResultCode.rawValue): \(error.message ?? "")"
        func failure(_ code: Code, _ said: String) -> StoreError {
            StoreError(code, said, detail: detail, underlying: error)
        }
        switch error.resultCode {
        case .SQLITE_FULL:
            return failure(.diskFull, diskFullWords)
        case .SQLITE_IOERR where error.extendedResultCode == .SQLITE_IOERR_SHMSIZE:
            // The shared index of the log could not grow; nothing but a full disk does that.
            return failure(.diskFull, diskFullWords)
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            return failure(.busy, busyWords)
        case .SQLITE_CONSTRAINT:
            return failure(.alreadyThere, alreadyThereWords)
        case .SQLITE_CORRUPT, .SQLITE_NOTADB:
            return failure(.damaged, damagedWords)
        default:
            return failure(.ioFailed, ioWords)
        }
    }
}
