// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import MIME

/// Says who or what wrote a mail: `martlet classify letter.eml`.
struct ClassifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "classify",
        abstract:
            "Tells letters of persons from bounces, automatic replies, complaints and lists, and says by which signs.",
        discussion:
            "With one file and without --json it prints for people. With many, or a folder, it prints one JSON object a line."
    )

    @OptionGroup var arguments: ReadingArguments
    @OptionGroup var mbox: MboxArguments

    func run() async throws {
        let inputs = mbox.inputs(arguments.inputs)
        try await ReadingRun(arguments: arguments, inputs: inputs) { Classification(of: MIME.parse($0)).answer }()
    }
}

/// The verdict on a mail, and what it says where it is a report.
private struct Classification {
    private let nature: Nature
    private let bounce: [Bounce.Recipient]
    private let feedbackType: String?

    init(of message: Message) {
        nature = message.nature()
        bounce = nature.kind == .bounce ? message.bounce.recipients : []
        feedbackType = nature.kind == .feedbackReport ? message.feedbackReport?.type : nil
    }

    /// A program that writes of its own accord is no verdict of its own: its letters are handled as those of persons.
    private var verdict: String { nature.kind == .automatic ? "person" : nature.kind.rawValue }

    var answer: ReadingAnswer { ReadingAnswer(members: members, page: page) }

    private var members: [(String, OrderedJSON)] {
        [
            ("verdict", .string(verdict)),
            ("bounce", .list(bounce.map { .object(json(of: $0)) })),
            ("feedback_type", .optional(feedbackType)),
            ("evidence", .strings(nature.evidence)),
            ("automatic", .bool(nature.kind == .automatic)),
        ]
    }

    private func json(of recipient: Bounce.Recipient) -> [(String, OrderedJSON)] {
        [
            ("recipient", .string(recipient.address)), ("action", .string(recipient.action)),
            ("status", .string(recipient.status)), ("reply", .string(recipient.reply)),
            ("reason", .string(recipient.reason.rawValue)), ("hard", .bool(recipient.isHard)),
            ("diagnostic", .string(recipient.diagnostic)),
        ]
    }

    private var page: String {
        var lines = [nature.kind.rawValue] + nature.evidence.map { "  \($0)" }
        for recipient in bounce {
            let kind = recipient.isHard ? "hard" : "soft"
            lines.append(
                "\(recipient.address): \(recipient.reason.rawValue), \(kind), \(recipient.status) \(recipient.reply)")
            lines.append("  \(recipient.diagnostic)")
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
