// SPDX-License-Identifier: Apache-2.0

/// A body parted into what the sender wrote and what was only carried along.
///
/// Every line of the body that is not blank is in `reply` or in `elided`, exactly once and in order.
public struct Trimmed: Sendable, Equatable, Codable {
    /// What the sender wrote. Where that is nothing it is what was carried along: all of it, or a forwarded mail
    /// without its head lines.
    public var reply: String
    /// All that was taken away, in order, the signature and a forwarded mail included.
    public var elided: String
    /// The signature alone, also when it was kept in `reply`; empty when there is none.
    public var signature: String
    /// The mail that stands in this one with its head lines, whether forwarded or answered.
    public var forwarded: Forwarded?
    /// Which rule made the cut.
    public var rule: Rule
    /// The administrator's delimiter that made it, for the rule of that name.
    public var delimiter: TextPattern?
    /// False when the delimiters took too many steps, so that not every line was held against them.
    public var isSearched: Bool
    /// What is to stand in Jira: the reply, and all of a mail that was forwarded.
    public var document: Document
    /// The rest of the body, to be shown folded.
    public var elidedDocument: Document
    /// The Content-IDs of the pictures that stand only in the signature, also when it was kept.
    public var signaturePictures: Set<String>
    /// Those that stand below the last of the sender's own words; see ``pictureRoles(of:in:)``.
    public var lastPictures: Set<String>

    /// A mail that is carried on.
    public struct Forwarded: Sendable, Equatable, Codable {
        /// What the sender wrote above it, perhaps nothing.
        public var before: String
        /// The mail with its head lines, without the line that only announces it.
        public var embedded: String
        /// The sender forwards it; otherwise a program put it under an answer.
        public var isForward: Bool

        public init(before: String, embedded: String, isForward: Bool) {
            self.before = before
            self.embedded = embedded
            self.isForward = isForward
        }
    }

    /// What made the cut. Raw values are stable; they appear in reports.
    public enum Rule: String, Sendable, Equatable, Codable, CaseIterable {
        case none
        /// Only a signature went.
        case signature
        /// `On 3 May 2026, Ada wrote:` in any of the languages known.
        case onDateWrote = "on-date-wrote"
        /// `-----Original Message-----` in any of the languages known.
        case originalMessage = "original-message"
        /// A block of `From:`, `Sent:`, `To:`, `Subject:` lines.
        case headerBlock = "header-block"
        /// A line of underscores or dashes above such a block.
        case ruleLine = "rule-line"
        /// Lines that begin with `>` and nothing of the sender's own behind them.
        case quotedLines = "quoted-lines"
        /// `Reply above this line` and the like.
        case replyMarker = "reply-marker"
        /// A delimiter of the administrator's own.
        case delimiter
        /// `---------- Forwarded message ---------`, in any of the languages known or by structure.
        case forwarded
        case gmail
        case yahoo
        case thunderbird
        case outlook
        case appleMail = "apple-mail"
        /// Any other structure of HTML that only quotes have.
        case htmlQuote = "html-quote"
        /// All of it would have gone, so nothing went.
        case wholeKept = "whole-kept"
    }
}

/// What of a body is `reply`; the rest is `elided`.
public enum Keeping: String, Sendable, Equatable, Codable, CaseIterable {
    /// What the sender wrote, without signature and lines such as "Sent from my iPhone".
    case answer
    /// The same with these.
    case answerAndSignature = "answer-and-signature"
    /// All that stands above a delimiter of the administrator's.
    case letter
}
