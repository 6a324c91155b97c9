// SPDX-License-Identifier: Apache-2.0

extension IMAPConnection {
    /// Asks what the server can do, unless it has said so by itself: RFC 3501 §6.1.1.
    func askCapabilities() async throws {
        guard capabilities.isEmpty else { return }
        try await perform(IMAPCommand("CAPABILITY"))
    }
}
