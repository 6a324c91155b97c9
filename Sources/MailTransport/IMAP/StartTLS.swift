// SPDX-License-Identifier: Apache-2.0

extension IMAPConnection {
    /// Turns on TLS where the configuration asks for it: RFC 3501 §6.2.1.
    ///
    /// A server that greets us as signed in cannot be asked any more; an attacker on the line could do that.
    func startTLS() async throws {
        switch server.security {
        case .tls, .none: return
        case .startTLSIfOffered:
            guard can("STARTTLS"), !isSignedIn else { return }
        case .startTLS:
            guard can("STARTTLS"), !isSignedIn else {
                throw MailTransportError(
                    .tlsUnavailable, retry: .soon, said: "\(server) does not offer encryption (STARTTLS).")
            }
        }
        try await perform(IMAPCommand("STARTTLS"))
        try await encrypt()
        try await askCapabilities()
    }
}
