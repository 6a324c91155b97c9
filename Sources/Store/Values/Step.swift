// SPDX-License-Identifier: Apache-2.0

public import Foundation
public import Planning

/// What the work on a job leaves behind. Steps that are written together are durable together, or not at all.
public enum Step: Sendable, Hashable {
    /// Who the letter is, now that it was parsed, and whose it is. A twin has no identity of its own.
    case identified(JobID, as: String?, sender: String?)
    /// The plan, with the facts that it was made of; before its first action.
    case planned(JobID, Data)
    /// What the letter writes to, before it does: letters of one lane go in their order, whichever process has them. Nil where
    /// it turned out to write to nothing that was there.
    case inLane(JobID, String?)
    case begun(ActionID, at: Date)
    case ended(ActionID, at: Date, result: Data)
    /// A mail left, as these bytes (P46).
    case sent(ActionID, Data, at: Date)
    /// Letters of these Message-IDs belong to an issue of a connection's Jira: ours that we sent, and theirs that we took.
    case threaded(messageIDs: [String], issue: String, of: ConfigurationID, at: Date)
    /// Whose letter became a comment in a connection's Jira, so that this person is not told of it.
    case commented(comment: String, of: ConfigurationID, by: String, at: Date)
    /// The end of the job, and its record. From here on it is readable for as long as its class is kept.
    case finished(AuditEntry, as: Ending = .done)
}
