// SPDX-License-Identifier: Apache-2.0

extension IMAPConnection {
    /// Deletes messages for good: with UIDPLUS these only (RFC 4315 §2.1).
    ///
    /// Plain EXPUNGE takes all that is marked for deletion. What somebody else has marked is unmarked for
    /// that moment; should the connection break in it, those messages stay, which harms less.
    ///
    ///     C: m8 UID STORE 5 +FLAGS.SILENT (\Deleted)
    ///     C: m9 UID EXPUNGE 5
    func delete(_ uids: UIDSet) async throws {
        try await store(.add, #"\Deleted"#, on: uids)
        if can("UIDPLUS") {
            for piece in uids.pieces { try await perform(IMAPCommand("UID EXPUNGE", "\(piece)")) }
            return
        }
        let foreign = UIDSet(try await search("DELETED").filter { !uids.contains($0) })
        try await store(.remove, #"\Deleted"#, on: foreign)
        try await perform(IMAPCommand("EXPUNGE"))
        try await store(.add, #"\Deleted"#, on: foreign)
    }
}
