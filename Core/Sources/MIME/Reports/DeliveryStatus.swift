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
        /// The comment behind the status, and what PowerMTA takes the answer for.
        public var remark: String?
        /// Who says it, in lower case: `smtp`, `x-unix`.
        public var diagnosticType: String?
        /// Without its type.
        public var diagnostic: String?

        /// Whom the message was for.
        public var address: String { finalRecipient ?? originalRecipient ?? "" }
    }

    /// Reads the text of a `message/delivery-status` part: blocks of fields, the first about the message.
    public init(parsing text: String) {
        recipients = []
        for block in fieldBlocks(of: text) {
            if let server = block.first(named: "Reporting-MTA") { reportingServer = reportingServer ?? untyped(server) }
            guard block.has("Final-Recipient") || block.has("Original-Recipient") || block.has("Action") else {
                continue
            }
            for fields in DeliveryStatus.recipients(in: block) where recipients.count < Bounce.mostRecipients {
                recipients.append(Recipient(fields))
            }
        }
    }

    /// Some servers put no empty line between two recipients: then the second begins where a field comes again.
    private static func recipients(in block: Fields) -> [[Field]] {
        var groups: [[Field]] = []
        var seen: Set<String> = []
        for field in block {
            let name = field.name.lowercased()
            let begins = ["final-recipient", "original-recipient"].contains(name) && seen.contains(name)
            if groups.isEmpty || begins {
                groups.append([])
                seen = []
            }
            seen.insert(name)
            groups[groups.count - 1].append(field)
        }
        return groups
    }
}

extension DeliveryStatus.Recipient {
    init(_ block: [Field]) {
        action =
            (block.first(named: "Action") ?? "").split(whereSeparator: { $0 == " " || $0 == "(" }).first.map {
                $0.lowercased()
            } ?? ""
        status = String((block.first(named: "Status") ?? "").prefix { $0.isNumber || $0 == "." })
        let comment = (block.first(named: "Status") ?? "").drop { $0 != "(" }
        let category = block.first(named: "X-PowerMTA-BounceCategory").map { "BounceCategory: \($0)" }
        remark = category ?? (comment.isEmpty ? nil : String(comment))
        finalRecipient = block.first(named: "Final-Recipient").map(untyped).map(withoutBrackets)
        originalRecipient = block.first(named: "Original-Recipient").map(untyped).map(withoutBrackets)
        remoteServer = block.first(named: "Remote-MTA").map(untyped)
        let code = block.first(named: "Diagnostic-Code")
        diagnosticType = code.flatMap(type)
        diagnostic = code.map(untyped).map(decodingWords)
    }
}

extension [Field] {
    fileprivate func first(named name: String) -> String? {
        first { $0.name.lowercased() == name.lowercased() }?.value
    }
}

/// `rfc822; jane@example.com` without its type.
private func untyped(_ value: String) -> String {
    let words = value.split(separator: ";", maxSplits: 1, omittingEmptySubsequences: false)
    guard words.count == 2, !words[0].contains(" ") else { return value.trimmingSpaces() }
    return String(words[1]).trimmingSpaces()
}

/// `smtp` of `smtp; 550 5.1.1`.
private func type(_ value: String) -> String? {
    let words = value.split(separator: ";", maxSplits: 1, omittingEmptySubsequences: false)
    guard words.count == 2, !words[0].contains(" ") else { return nil }
    return words[0].lowercased()
}

private func withoutBrackets(_ address: String) -> String {
    String(address.drop { $0 == "<" }.prefix { $0 != ">" })
}
