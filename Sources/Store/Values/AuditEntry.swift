// SPDX-License-Identifier: Apache-2.0

public import Foundation
public import Planning

/// What became of a letter or event.
public struct AuditEntry: Sendable, Hashable {
    public var job: JobID
    public var line: Line
    public var kind: String
    public var disposition: String
    public var finishedAt: Date
    /// Subject, addresses, report: all that is said about it. Sealed.
    public var record: Data
    /// By which it is found, as `SearchWords` gives them; what is read has none.
    public var words: [String]

    public init(
        job: JobID, line: Line, kind: String, disposition: String, finishedAt: Date, record: Data, words: [String] = []
    ) {
        self.job = job
        self.line = line
        self.kind = kind
        self.disposition = disposition
        self.finishedAt = finishedAt
        self.record = record
        self.words = words
    }

    public var position: AuditPosition { AuditPosition(finishedAt: finishedAt, job: job) }
}

/// A place in the list of audit entries, to go on from.
public struct AuditPosition: Sendable, Hashable {
    public var finishedAt: Date
    public var job: JobID

    public init(finishedAt: Date, job: JobID) {
        self.finishedAt = finishedAt
        self.job = job
    }
}

/// Which entries to list, newest first.
public struct AuditFilter: Sendable, Hashable {
    public var line: Line?
    public var disposition: String?
    /// The address of who wrote the letter, in any case.
    public var sender: String?
    /// Of which the subject, or the keys of its issues, must have all; nil for none.
    public var words: String?
    /// Only those older than this place.
    public var before: AuditPosition?
    public var limit: Int

    public init(
        line: Line? = nil, disposition: String? = nil, sender: String? = nil, words: String? = nil,
        before: AuditPosition? = nil, limit: Int = 100
    ) {
        self.line = line
        self.disposition = disposition
        self.sender = sender
        self.words = words
        self.before = before
        self.limit = limit
    }
}
