// SPDX-License-Identifier: Apache-2.0

/// A body parted into what the sender wrote and what was only carried along.
///
/// Every line of the body that is not blank is in `reply` or in `elided`, exactly once and in order.
public struct Trimmed: Sendable, Equatable, Codable {
    /// What the sender wrote, a forwarded mail included.
    public var reply: String
    /// All that was taken away, in order, the signature included.
    public var elided: String
    /// The signature alone, also when it was kept in `reply`; empty when there is none.
    public var signature: String
    /// The two halves of `reply` when it forwards another mail.
    public var forwarded: Forwarded?
    /// Which rule made the cut.
    public var rule: Rule
    /// The reply as a document.
    public var document: Document
    /// The elided part as a document, to be shown folded.
    public var elidedDocument: Document

    /// A mail that carries another one on.
    public struct Forwarded: Sendable, Equatable, Codable {
        /// What the sender wrote above it, perhaps nothing.
        public var before: String
        /// The forwarded mail with its head lines.
        public var embedded: String

        public init(before: String, embedded: String) {
            self.before = before
            self.embedded = embedded
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

/// What becomes of the sender's signature and of lines such as "Sent from my iPhone".
public enum SignaturePolicy: String, Sendable, Equatable, Codable, CaseIterable {
    /// It goes to `elided`.
    case elide
    /// It stays in `reply`.
    case keep
}
