// SPDX-License-Identifier: Apache-2.0

public import Foundation
public import MIME

/// A message as a person reads it: who wrote what to whom, in answer to what.
public struct Letter: Sendable, Equatable {
    public var job: JobID
    public var receivedAt: Date
    public var envelope: Envelope
    public var messageID: String?
    public var subject: String
    /// The author: `From`, or `Reply-To` where `From` has no address.
    public var sender: Mailbox?
    public var recipients: [Recipient]
    public var nature: Nature
    /// `In-Reply-To`, then `References` from the newest to the oldest, each once, without angle brackets.
    public var answers: [String]
    /// The value of `X-Martlet`, if there is one.
    public var marker: String?
    /// In the order of the headers, the topmost first.
    public var authentication: [AuthenticationResults]
    /// Text and HTML come from a `winmail.dat`, since the letter has none of its own.
    public var isBodyUnpacked: Bool
    /// As the letter shows them, one below the other.
    public var bodies: [ShownBody]
    public var attachments: [LetterFile]
    public var opened: [OpenedPart]
    public var defects: [String]
    public var byteCount: Int
    /// The subject says that the letter carries another one on.
    public var isForward: Bool

    /// A letter of more bytes is processed in full, and not kept then.
    public static let largestKept = 10_000_000

    var isKept: Bool { byteCount <= Self.largestKept }

    /// The text of all bodies that have one.
    public var text: String? { joined(bodies.compactMap(\.text)) }
    /// The HTML of all bodies that have one.
    public var html: String? { joined(bodies.compactMap(\.html)) }

    private func joined(_ texts: [String]) -> String? { texts.isEmpty ? nil : texts.joined(separator: "\n") }
}

/// What the transport said, which the headers need not repeat (RFC 5321 §2.3.1).
public struct Envelope: Hashable, Sendable, Codable {
    /// Nil when the transport did not say; empty for the null return path.
    public var returnPath: String?
    public var recipients: [String]

    public init(returnPath: String? = nil, recipients: [String] = []) {
        self.returnPath = returnPath
        self.recipients = recipients
    }
}

/// An address that the letter was sent to, and the header that says so.
public struct Recipient: Hashable, Sendable {
    public var header: String
    public var address: String

    public init(header: String, address: String) {
        self.header = header
        self.address = address
    }
}
