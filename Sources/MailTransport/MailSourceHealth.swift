// SPDX-License-Identifier: Apache-2.0

public import Foundation

/// How a mailbox fares, reported whenever it changes and after each look.
public enum SourceHealth: Sendable, Equatable {
    /// Connected and signed in since then; `looked` is when the mailbox was last searched. A complaint is about something
    /// that goes wrong although mail comes in, for example a mailbox in which nothing may be marked.
    case online(since: Date, looked: Date, complaint: String?)
    case offline(Outage)
}

/// A mailbox that cannot be read at present.
public struct Outage: Sendable, Equatable {
    /// Nil if the trouble is ours: we cannot take mail at present, and it stays in the mailbox.
    public let code: MailTransportError.Code?
    /// When it began: with the first of the failures in a row.
    public let since: Date
    /// What happened, with the server's own words where it said any. No secrets.
    public let said: String
    /// How many times in a row.
    public let failures: Int
    public let nextTry: Date

    public init(code: MailTransportError.Code?, since: Date, said: String, failures: Int, nextTry: Date) {
        self.code = code
        self.since = since
        self.said = said
        self.failures = failures
        self.nextTry = nextTry
    }
}
