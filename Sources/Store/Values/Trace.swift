// SPDX-License-Identifier: Apache-2.0

public import Planning

/// By what a person is known whose traces are looked for.
public enum PersonName: Sendable, Hashable {
    case address(String)
    /// In Jira: the account id of a Cloud, the key or the name of a user of a Data Center.
    case account(String)

    /// Whether nobody writes it by chance: an id of a Cloud, or a key that a Data Center made. A name may be a word.
    var isUnmistakable: Bool {
        switch self {
        case .address: true
        case .account(let id):
            id.utf8.count > 9 && id.contains(":") || id.wholeMatch(of: /(?=.*[0-9])[0-9a-z]{24}/.ignoresCase()) != nil
                || id.wholeMatch(of: /JIRAUSER[0-9]+/.ignoresCase()) != nil
        }
    }
}

/// A letter or event that a person was found in.
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

/// Where a person was found.
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
