// SPDX-License-Identifier: Apache-2.0

extension IMAPConnection {
    /// Signs in by AUTHENTICATE, or by LOGIN where that is all the server has: RFC 3501 §6.2.2, §6.2.3, RFC 4959.
    ///
    ///     C: m2 AUTHENTICATE PLAIN
    ///     S: +
    ///     C: AGFsaWNlAHNlY3JldA==
    func signIn() async throws {
        guard !isSignedIn else { return }
        guard isEncrypted || isLoopback else {
            throw MailTransportError(
                .plainTextRefused, retry: .never,
                said: "The password was not sent, because the connection to \(server) is not encrypted.")
        }
        let offered = capabilities.filter { $0.hasPrefix("AUTH=") }.map { String($0.dropFirst(5)) }
        let status: IMAPStatus
        let mechanism = SASLMechanism.best(for: credentials, offered: offered)
        if let mechanism, mechanism != .login || can("LOGINDISABLED") {
            status = try await authenticate(by: mechanism)
        } else if case .password(let password) = credentials.proof, !can("LOGINDISABLED") {
            let literals = literals
            let login = IMAPCommand("LOGIN").string(credentials.user, literals: literals)
            forgetCapabilities()
            status = try await run(login.string(password, shown: "****", literals: literals))
        } else {
            throw MailTransportError(
                .authenticationUnavailable, retry: .never,
                said: "\(server) offers no way to sign in with these credentials.",
                detail: scrubbed(capabilities.sorted().joined(separator: " ")))
        }
        guard status.kind == .ok else { throw signInRefused(status) }
        isSignedIn = true
        try await askCapabilities()
    }

    private func authenticate(by mechanism: SASLMechanism) async throws -> IMAPStatus {
        var exchange = SASLExchange(mechanism, credentials, host: server.host, port: server.port)
        var command = IMAPCommand("AUTHENTICATE", mechanism.rawValue)
        var said = exchange.initialResponse
        if can("SASL-IR"), let initial = said {
            command = command.words(initial, shown: "****")
            said = nil
        }
        forgetCapabilities()
        try await start(command)
        while true {
            switch try await step() {
            case .asked:
                try await answer(said ?? exchange.answer() ?? "*", shown: "****")
                said = nil
            case .finished(let status): return status
            case .greeted, .send, .told, .bodyBegins, .body, .bodyEnds: break
            }
        }
    }

    /// RFC 5530 tells a wrong password from a server in trouble; a server that says nothing means the password.
    private func signInRefused(_ status: IMAPStatus) -> MailTransportError {
        let reply = ServerReply(text: hush(status.text))
        // QUIRK: Gmail says that it is busy under the code ALERT (gmail/too-many-connections.txt).
        let isBusy = status.code == "ALERT" && status.text.lowercased().hasPrefix("too many")
        if isBusy || ["UNAVAILABLE", "INUSE", "LIMIT", "SERVERBUG"].contains(status.code) {
            return MailTransportError(
                .busy, retry: .soon, said: "\(server) cannot let us in at present: “\(reply.text)”", reply: reply)
        }
        return MailTransportError(
            .authenticationFailed, retry: .whenReauthorized,
            said: "\(server) refused the user name or the password of \(credentials.user): “\(reply.text)”",
            reply: reply)
    }
}
