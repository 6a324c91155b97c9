// SPDX-License-Identifier: Apache-2.0

import Foundation

extension SMTPClientSession {
    /// What the server may echo and nobody may read.
    var secrets: [String] {
        guard let credentials = client.credentials else { return [] }
        let exchanges = SASLMechanism.allCases.map {
            SASLExchange($0, credentials, host: client.server.host, port: client.server.port)
        }
        let encoded = Data(credentials.secret.utf8).base64EncodedString()
        return exchanges.compactMap(\.initialResponse) + [encoded, credentials.secret]
    }

    /// A refusal in the server's words, sorted by what can be done about it.
    func failure(_ code: MailTransportError.Code, _ what: String, _ reply: SMTPReply) -> MailTransportError {
        let words = reply.words(hiding: secrets)
        let code = Self.code(code, for: reply, words.enhanced)
        return MailTransportError(
            code, retry: Self.retry(code, for: reply), said: "\(client.server) \(what): \(words)", reply: words)
    }

    private static func code(
        _ code: MailTransportError.Code, for reply: SMTPReply, _ enhanced: String?
    ) -> MailTransportError.Code {
        switch (reply.code, enhanced) {
        case (421, _): .busy
        case (530, "5.7.0"), (530, nil): .authenticationRequired
        // RFC 3463: x.3.4 is the letter's size; 552 alone is also said for a full mailbox.
        case (552, "5.3.4"), (523, _): .tooLarge
        case (552, nil) where code != .recipientsRefused: .tooLarge
        default: code
        }
    }

    private static func retry(_ code: MailTransportError.Code, for reply: SMTPReply) -> MailTransportError.Retry {
        switch code {
        case .authenticationFailed, .authenticationRequired: .whenReauthorized
        case .tlsUnavailable: .after(.seconds(300))
        // Greylisting servers want some minutes to pass.
        case _ where reply.isTemporary: .after(.seconds(reply.code == 421 ? 60 : 300))
        default: .never
        }
    }
}
