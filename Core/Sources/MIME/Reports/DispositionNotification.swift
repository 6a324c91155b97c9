// SPDX-License-Identifier: Apache-2.0

/// What became of a mail after it was delivered: read, deleted, refused (RFC 8098, before it RFC 3798).
public struct DispositionNotification: Sendable, Equatable {
    /// `displayed`, `deleted`, `dispatched`, `processed`; lower case, empty when it is missing.
    public var disposition: String
    /// `error`, `warning`, `superseded`; lower case.
    public var modifiers: [String]
    /// A program did it, not a person.
    public var isAutomatic: Bool
    public var finalRecipient: String?
    public var originalRecipient: String?
    /// The mail that it is about.
    public var originalMessageID: MessageID?

    /// Reads the text of a `message/disposition-notification` part.
    public init(parsing text: String) {
        let fields = fieldBlocks(of: text).joined()
        func value(_ name: String) -> String? {
            fields.first { $0.name.lowercased() == name }?.value
        }
        func address(_ name: String) -> String? {
            value(name).map { String($0.split(separator: ";", maxSplits: 1).last ?? "").trimmingSpaces() }
        }
        let said = (value("disposition") ?? "").lowercased().split(separator: ";", maxSplits: 1)
        let what = said.count > 1 ? said[1].split(separator: "/", maxSplits: 1) : []
        disposition = what.first.map { String($0).trimmingSpaces() } ?? ""
        modifiers = what.count > 1 ? what[1].split(separator: ",").map { String($0).trimmingSpaces() } : []
        isAutomatic = said.first.map { $0.contains("automatic") } ?? false
        finalRecipient = address("final-recipient")
        originalRecipient = address("original-recipient")
        originalMessageID = value("original-message-id").flatMap { MessageID.list($0).first }
    }
}

extension Message {
    /// The notification inside; nil when there is none.
    public var dispositionNotification: DispositionNotification? {
        parts.first { $0.type == "message/disposition-notification" && !isEmbedded($0) }?
            .text.map(DispositionNotification.init(parsing:))
    }
}
