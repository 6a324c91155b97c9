// SPDX-License-Identifier: Apache-2.0

public import Planning

/// A letter or event that an address was found in.
public struct Trace: Sendable, Hashable {
    public var job: JobID
    public var line: Line
    /// In the letter or event, as it came.
    public var isInBody: Bool
    /// In what was decided and written down about it.
    public var isInRecord: Bool
    /// It still waits: it can be discarded, and is not erased.
    public var isUnfinished: Bool
}

/// Where an address was found.
public struct Traces: Sendable, Hashable {
    public var found: [Trace] = []
    /// Letters, events, records and what is held beside them, that are damaged, so that nobody knows.
    public var unseen = 0
    /// Sent mails, test cases, previews, purchases and files.
    public var holdings: [Holding] = []
    /// Comments that are known to be of this sender.
    public var comments = 0
}

/// What was erased of a person.
public struct Erased: Sendable, Hashable {
    public var erased: [Trace] = []
    /// Left alone, since work that waits is never cut.
    public var waiting: [Trace] = []
    /// Damaged, so that nobody knows.
    public var unseen = 0
    public var holdings: [Holding] = []
    public var comments = 0
}

/// What is kept of one letter or event.
public enum KeptPart: String, Sendable, CaseIterable {
    /// As it came.
    case body
    /// What came beside it: the envelope of a letter.
    case payload
    case plan
    /// What became of it.
    case record
}
