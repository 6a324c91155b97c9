// SPDX-License-Identifier: Apache-2.0

import Logging
import MailTransport
import Planning
import Store
import Vault
import WebClient

/// What a log says of a failure: its kind, and nothing that the other side said, which may name people (P86).
func label(of error: any Error) -> String {
    switch error {
    case let error as StoreError: "store/\(error.code.rawValue)"
    case let error as VaultError: "vault/\(error.code.rawValue)"
    case let error as WebClientError: "jira/\(error.code.rawValue)"
    case let error as AWSError: "aws/\(error.code.rawValue)"
    case let error as MailTransportError: "mail/\(error.code.rawValue)"
    default: "\(type(of: error))"
    }
}

extension Engine {
    /// Says that a letter or event is done. Equal senders and subjects look equal, and say nothing to who lacks the key
    /// (P84, P85).
    func logDone(_ record: AuditRecord, of tenant: TenantStore) {
        func hashed(_ text: String) -> String { String(tenant.keys.sign(text, for: .log).prefix(12)) }
        logger.info(
            "\(record.line.rawValue) done",
            metadata: [
                "tenant": "\(tenant.id)", "job": "\(record.job)", "disposition": "\(record.disposition.rawValue)",
                "sender": "\(hashed(record.sender.lowercased()))", "subject": "\(hashed(record.subject))",
            ])
    }
}
