// SPDX-License-Identifier: Apache-2.0

/// What a mail server reports about the delivery of a message (RFC 3464).
public struct DeliveryStatus: Sendable, Equatable {
    /// The server that reports, without its type.
    public var reportingServer: String?
    public var recipients: [Recipient]

    public struct Recipient: Sendable, Equatable {
        /// `failed`, `delayed`, `delivered`, `relayed`, `expanded`; lower case, empty when it is missing.
        public var action: String
        /// RFC 3463, such as `5.1.1`; empty when it is missing.
        public var status: String
        public var finalRecipient: String?
        public var originalRecipient: String?
        public var remoteServer: String?
        /// Without its type.
        public var diagnostic: String?

        /// Whom the message was for.
        public var address: String { finalRecipient ?? originalRecipient ?? "" }
    }

    /// Reads the text of a `message/delivery-status` part: blocks of fields, the first about the message.
    public init(parsing text: String) {
        recipients = []
        for block in DeliveryStatus.blocks(of: text) {
            if let server = block.first(named: "Reporting-MTA") { reportingServer = reportingServer ?? untyped(server) }
            guard block.has("Final-Recipient") || block.has("Original-Recipient") || block.has("Action") else {
                continue
            }
            if recipients.count < 1000 { recipients.append(Recipient(block)) }
        }
    }

    private static func blocks(of text: String) -> [Fields] {
        withBytes(text) { bytes in
            var blocks: [Fields] = []
            var block = HeaderBlock(limit: bytes.count)
            var index = 0
            func end() {
                let fields = block.finish()
                if !fields.isEmpty { blocks.append(fields) }
                block = HeaderBlock(limit: bytes.count)
            }
            while index < bytes.count {
                let lineEnd = bytes.index(of: 10, from: index) ?? bytes.count
                let line = bytes[part: index..<lineEnd]
                if line.allSatisfy(isSpace) {
                    end()
                } else {
                    _ = block.take(line, content: line, at: index, isContinued: false, mayBeginWithStrays: true)
                }
                index = lineEnd + 1
            }
            end()
            return blocks
        }
    }
}

extension DeliveryStatus.Recipient {
    init(_ block: Fields) {
        action =
            (block.first(named: "Action") ?? "").split(whereSeparator: { $0 == " " || $0 == "(" }).first.map {
                $0.lowercased()
            } ?? ""
        let code = (block.first(named: "Status") ?? "").prefix { $0.isNumber || $0 == "." }
        status = String(code)
        finalRecipient = block.first(named: "Final-Recipient").map(untyped).map(withoutBrackets)
        originalRecipient = block.first(named: "Original-Recipient").map(untyped).map(withoutBrackets)
        remoteServer = block.first(named: "Remote-MTA").map(untyped)
        diagnostic = block.first(named: "Diagnostic-Code").map(untyped).map(decodingWords)
    }
}

/// `rfc822; jane@example.com` without its type.
private func untyped(_ value: String) -> String {
    let words = value.split(separator: ";", maxSplits: 1, omittingEmptySubsequences: false)
    guard words.count == 2, !words[0].contains(" ") else { return value.trimmingSpaces() }
    return String(words[1]).trimmingSpaces()
}

private func withoutBrackets(_ address: String) -> String {
    String(address.drop { $0 == "<" }.prefix { $0 != ">" })
}

extension Message {
    /// The delivery report inside; nil when there is none.
    public var deliveryStatus: DeliveryStatus? {
        parts.first { $0.type == "message/delivery-status" || $0.type == "message/global-delivery-status" }?.text
            .map(DeliveryStatus.init(parsing:))
    }
}
