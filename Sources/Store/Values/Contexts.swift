// SPDX-License-Identifier: Apache-2.0

import Foundation
import Planning
import Vault

// Where each sealed thing stands. These names are in the associated data of all that was ever kept.

extension SealContext {
    static func job(_ id: JobID, _ column: String) -> SealContext {
        SealContext(table: "jobs", row: id.rawValue, column: column)
    }

    static func body(of id: JobID) -> SealContext { job(id, "body") }
    static func pendingKey(of id: JobID) -> SealContext { job(id, "pending_key") }
    static func keptKey(of id: JobID) -> SealContext { job(id, "kept_key") }

    static func result(of action: ActionID) -> SealContext {
        SealContext(table: "marks", row: "\(action)", column: "result")
    }

    static func audit(_ job: JobID) -> SealContext {
        SealContext(table: "audit", row: job.rawValue, column: "payload")
    }

    static func commentSender(_ hash: Data) -> SealContext { payload("comment_senders", hex(hash)) }

    static func holding(_ kind: HoldingKind, _ id: String) -> SealContext {
        SealContext(table: "holdings", row: "\(kind.rawValue)/\(id)", column: "payload")
    }

    static func configuration(_ kind: ConfigurationKind, _ id: ConfigurationID) -> SealContext {
        SealContext(table: "configuration", row: "\(kind.rawValue)/\(id)", column: "payload")
    }

    static func secret(_ name: String, _ kind: ConfigurationKind, _ id: ConfigurationID) -> SealContext {
        SealContext(table: "secrets", row: "\(kind.rawValue)/\(id)/\(name)", column: "payload")
    }

    /// A row whose payload is its only sealed column.
    static func payload(_ table: String, _ row: String) -> SealContext {
        SealContext(table: table, row: row, column: "payload")
    }
}
