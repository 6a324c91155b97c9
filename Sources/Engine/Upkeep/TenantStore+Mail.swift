// SPDX-License-Identifier: Apache-2.0

import Foundation
import Jira
import Store

extension TenantStore {
    /// Remembers whose letter became a comment, so that this person is not told of it.
    func remember(mailSender address: String, of comment: CommentID, at time: Date) async throws {
        try await remember(messageIDs: [name(of: comment)], of: address, at: time)
    }

    func mailSender(of comment: CommentID) async throws -> String? {
        try await issue(forAnyOf: [name(of: comment)])
    }

    /// Kept among the Message-IDs, none of which has a blank.
    private func name(of comment: CommentID) -> String { "comment \(comment)" }
}
