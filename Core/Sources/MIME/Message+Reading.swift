// SPDX-License-Identifier: Apache-2.0

// What the header says, as values. A field that stands twice counts as its last one, as most mail programs show it.

extension Message {
    /// Decoded and unfolded; nil when there is no such field.
    public var subject: String? { fields.withLast("Subject") { decodingWords($0) } }

    public var date: MailDate? { fields.withLast("Date") { MailDate(parsing: $0) } }

    public var from: [Mailbox] { mailboxes("From") }
    public var sender: [Mailbox] { mailboxes("Sender") }
    public var replyTo: [Mailbox] { mailboxes("Reply-To") }
    public var to: [Mailbox] { mailboxes("To") }
    public var cc: [Mailbox] { mailboxes("Cc") }
    public var bcc: [Mailbox] { mailboxes("Bcc") }

    /// All mailboxes of all fields of that name.
    public func mailboxes(_ name: String) -> [Mailbox] {
        var found: [Mailbox] = []
        fields.withAll(named: name) { value in
            let room = limits.addresses - found.count
            guard room > 0 else { return }
            let more = MIME.mailboxes(parsing: value, limit: room)
            if found.isEmpty { found = more } else { found += more }
        }
        return found
    }

    /// The last one when there are several.
    public var messageID: MessageID? { fields.withLast("Message-ID") { MessageID.list($0).last } }
    public var inReplyTo: [MessageID] { fields.withLast("In-Reply-To") { MessageID.list($0) } ?? [] }
    public var references: [MessageID] { fields.withLast("References") { MessageID.list($0) } ?? [] }
}
