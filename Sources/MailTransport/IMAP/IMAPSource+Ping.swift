// SPDX-License-Identifier: Apache-2.0

extension IMAPSource {
    public func ping() async -> Ping {
        var lines: [String] = []
        do {
            return Ping(isWorking: try await visit(&lines), lines: lines)
        } catch {
            return Ping(isWorking: false, lines: lines + [String(describing: error)])
        }
    }

    private func visit(_ lines: inout [String]) async throws -> Bool {
        let connection = try await connect()
        do {
            lines.append(
                "Connected to \(connection.server), \(connection.isEncrypted ? "encrypted by TLS" : "not encrypted").")
            try await connection.signIn()
            lines.append("Signed in as \(connection.credentials.user).")
            let mailbox = try await connection.select(account.folder)
            let unread = try await connection.search("UNSEEN UNDELETED").count
            lines.append(
                "The folder \(mailbox.folder) holds \(connection.messages) messages, \(unread) of them unread.")
            lines.append(
                connection.can("IDLE")
                    ? "The server tells of new messages by itself."
                    : "The server does not tell of new messages; it is asked every \(rules.pollInterval.components.seconds) seconds."
            )
            if mailbox.isReadOnly {
                lines.append("The folder \(mailbox.folder) can only be read, so messages cannot be marked or deleted.")
            }
            await connection.logOut()
            return !mailbox.isReadOnly
        } catch {
            await connection.close()
            throw error
        }
    }
}
