// SPDX-License-Identifier: Apache-2.0

/// A message that we are going to send.
public struct Draft: Sendable, Equatable {
    public var from: Mailbox
    public var sender: Mailbox?
    public var replyTo: [Mailbox]
    public var to: [Mailbox]
    public var cc: [Mailbox]
    public var subject: String
    public var date: MailDate
    public var messageID: MessageID
    public var inReplyTo: [MessageID]
    public var references: [MessageID]
    /// RFC 3834: `auto-generated`, `auto-replied`; nil for a letter that a person wrote.
    public var autoSubmitted: String?
    /// `bulk`, `list`, `junk`.
    public var precedence: String?
    /// Written as they are, after all others: `List-Id`, own markers.
    public var extraFields: [Field]
    public var text: String
    /// Whether the paragraphs of the text may be wrapped anew by who reads it; nil writes its lines as they are.
    public var textFormat: TextFormat?
    public var html: String?
    /// Files that the HTML shows by their content id.
    public var inlines: [File]
    public var attachments: [File]

    public init(
        from: Mailbox, to: [Mailbox], subject: String, date: MailDate, messageID: MessageID, text: String,
        html: String? = nil
    ) {
        self.from = from
        self.to = to
        self.subject = subject
        self.date = date
        self.messageID = messageID
        self.text = text
        self.html = html
        replyTo = []
        cc = []
        inReplyTo = []
        references = []
        extraFields = []
        inlines = []
        attachments = []
    }

    public enum TextFormat: String, Sendable {
        /// RFC 3676.
        case flowed
    }

    /// A file that goes with the message.
    public struct File: Sendable, Equatable {
        /// Where its bytes come from.
        public enum Content: Sendable, Equatable {
            case bytes([UInt8])
            /// The caller streams them; the string is the caller's own name for them.
            case stored(String)
        }

        public var name: String
        public var type: String
        /// Without angle brackets.
        public var contentID: String?
        public var content: Content

        public init(name: String, type: String, contentID: String? = nil, content: Content) {
            self.name = name
            self.type = type
            self.contentID = contentID
            self.content = content
        }
    }
}

/// A stretch of a composed message.
public enum Segment: Sendable, Equatable {
    case bytes([UInt8])
    /// The content of ``Draft/File/Content/stored(_:)`` comes here, in base64 with lines as ``Base64Encoder`` makes
    /// them.
    case stored(String)
}
