// SPDX-License-Identifier: Apache-2.0

/// What the letter's cover says: from whom, to whom, and what the letter needs on its way.
public struct Envelope: Sendable, Hashable {
    /// Nil is the null return path `<>` of bounces and automatic answers.
    public var sender: SMTPAddress?
    public var recipients: [SMTPAddress]
    /// The size that the other side announced, in bytes; nil if it did not.
    public var declaredSize: Int?
    /// Whether the letter has bytes above 127 (8BITMIME).
    public var isEightBit: Bool
    /// Whether addresses or header fields are in UTF-8 (SMTPUTF8).
    public var isInternationalized: Bool

    public init(
        sender: SMTPAddress?, recipients: [SMTPAddress], declaredSize: Int? = nil, isEightBit: Bool = false,
        isInternationalized: Bool = false
    ) {
        self.sender = sender
        self.recipients = recipients
        self.declaredSize = declaredSize
        self.isEightBit = isEightBit
        self.isInternationalized = isInternationalized
    }
}
