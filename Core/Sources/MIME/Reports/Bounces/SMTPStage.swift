// SPDX-License-Identifier: Apache-2.0

/// How far the talk with the other server had come when it said no (RFC 5321 §3).
enum SMTPStage: Sendable {
    case connect
    case hello
    case mail
    case recipient
    case content

    /// By the words with which mail servers tell it; the last ones count.
    init?(in text: String) {
        let words = FoldedText(text)
        for (stage, phrases) in SMTPStage.table where phrases.contains(where: words.contains) {
            self = stage
            return
        }
        guard let command = SMTPStage.lastCommand(text) else { return nil }
        self = command
    }

    private static let table: [(SMTPStage, [String])] = [
        (
            .content,
            [
                "in reply to end of data", "in reply to data", "after end of data", "end of data:",
                "after i sent the message",
                "did not like our final data", "did not like our data", "after data command", "smtp command data",
                "smtp:data",
                "following data command", "after pipelined end of data", "[data]", "after pipelined data",
            ]
        ),
        (
            .recipient,
            [
                "in reply to rcpt to", "after rcpt to", "does not like recipient", "did not like our rcpt",
                "[rcpt_to]", "smtp:rcpt", "following rcpt command", "rcpt to response", "after pipelined rcpt",
                "after rcpt command",
            ]
        ),
        (
            .mail,
            [
                "in reply to mail from", "after mail from", "but sender was rejected", "did not like our mail",
                "[mail_from]", "smtp:mail", "following mail command", "after pipelined mail",
            ]
        ),
        (
            .hello,
            [
                "in reply to helo", "in reply to ehlo", "after helo", "after ehlo", "my name was rejected",
                "did not like our ehlo", "did not like our helo", "[helo]", "[ehlo]",
            ]
        ),
        (
            .connect,
            [
                "after initial connection", "refused to talk to me", "but greeting failed",
                "did not like our connection",
                "but connection died", "[connect]",
            ]
        ),
    ]

    /// `>>> DATA` of a transcript that ends with an answer.
    private static func lastCommand(_ text: String) -> SMTPStage? {
        var command: SMTPStage?
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ", maxSplits: 4)
            guard let mark = words.firstIndex(where: { $0 == ">>>" || $0 == "<<<" }), mark + 1 < words.count else {
                continue
            }
            switch words[mark + 1].prefix(4).lowercased() {
            case "helo", "ehlo", "lhlo": command = .hello
            case "mail": command = .mail
            case "rcpt": command = .recipient
            case "data", "bdat": command = .content
            default: break
            }
        }
        return command
    }
}
