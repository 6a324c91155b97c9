// SPDX-License-Identifier: Apache-2.0

// What the header says, as values. A field that stands twice counts as its last one, as most mail programs show it.

extension Message {
    /// Decoded and unfolded; nil when there is no such field.
    public var subject: String? { fields.last(named: "Subject").map(decodingWords) }

    public var date: MailDate? { fields.last(named: "Date").flatMap(MailDate.init(parsing:)) }

    public var from: [Mailbox] { mailboxes("From") }
    public var sender: [Mailbox] { mailboxes("Sender") }
    public var replyTo: [Mailbox] { mailboxes("Reply-To") }
    public var to: [Mailbox] { mailboxes("To") }
    public var cc: [Mailbox] { mailboxes("Cc") }
    public var bcc: [Mailbox] { mailboxes("Bcc") }

    /// All mailboxes of all fields of that name.
    public func mailboxes(_ name: String) -> [Mailbox] {
        var found: [Mailbox] = []
        for value in fields.all(named: name) {
            let room = limits.addresses - found.count
            if room <= 0 { break }
            found += MIME.mailboxes(parsing: value, limit: room)
        }
        return found
    }

    /// The last one when there are several.
    public var messageID: MessageID? { fields.last(named: "Message-ID").flatMap { MessageID.list($0).last } }
    public var inReplyTo: [MessageID] { fields.last(named: "In-Reply-To").map(MessageID.list) ?? [] }
    public var references: [MessageID] { fields.last(named: "References").map(MessageID.list) ?? [] }
}
