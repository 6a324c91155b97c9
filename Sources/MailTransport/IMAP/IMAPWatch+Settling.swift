// SPDX-License-Identifier: Apache-2.0

extension IMAPWatch {
    /// Tells the mailbox what has become of letters since.
    ///
    /// A refusal is a complaint and no failure: mail still comes in, and the same is tried again the next time.
    func settle(_ visit: inout IMAPVisit) async throws {
        visit.complaint = nil
        let settlements = try await sink.settlements()
        guard !settlements.isEmpty else { return }
        // What was numbered by an old UIDVALIDITY cannot be found any more.
        let here = settlements.filter { $0.place.uidValidity == visit.mailbox.uidValidity }
        let seen = UIDSet(here.filter { $0.fate == .markSeen }.map(\.place.uid))
        let deleted = UIDSet(here.filter { $0.fate == .delete }.map(\.place.uid))
        if visit.mailbox.isReadOnly, !(seen.isEmpty && deleted.isEmpty) {
            visit.complaint = "The folder \(folder) can only be read, so messages cannot be marked or deleted."
            return
        }
        do {
            try await visit.connection.store(.add, #"\Seen"#, on: seen)
            if !deleted.isEmpty { try await visit.connection.delete(deleted) }
        } catch let error as MailTransportError where error.reply != nil && error.code != .closed {
            visit.complaint = error.said
            return
        }
        for left in here where left.fate == .leave { visit.position.taken.insert(left.place.uid) }
        try await remember(&visit)
        try await sink.carriedOut(settlements)
    }
}
