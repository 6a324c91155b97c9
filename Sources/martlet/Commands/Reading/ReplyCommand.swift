// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import MIME
import Markup

/// Shows what the sender of a mail wrote: `martlet reply letter.eml`.
struct ReplyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reply",
        abstract: "Parts what the sender wrote from quotes, signatures and forwarded mail.",
        discussion:
            "With one file and without --json it prints the reply alone. With many, or a folder, it prints one JSON object a line."
    )

    enum Form: String, EnumerableFlag {
        case eml, text, html

        static func help(for value: Form) -> ArgumentHelp? {
            switch value {
            case .eml: "The input is a mail."
            case .text: "The input is a plain text body in UTF-8."
            case .html: "The input is an HTML body."
            }
        }
    }

    @Flag(exclusivity: .exclusive)
    var form = Form.eml

    @Flag(help: "Leave the signature, and lines such as \"Sent from my iPhone\", in the reply.")
    var keepSignature = false

    @OptionGroup var arguments: ReadingArguments

    func run() async throws {
        let form = form
        let kept: Keeping = keepSignature ? .answerAndSignature : .answer
        try await ReadingRun(arguments: arguments) { bytes in
            switch form {
            case .eml: answer(toMail: bytes, kept)
            case .text: answer(trim(text: String(decoding: bytes, as: UTF8.self), keeping: kept), html: nil)
            case .html:
                answer(inHTML: trim(html: decodedHTML(bytes), keeping: kept))
            }
        }()
    }
}

private func answer(toMail bytes: [UInt8], _ kept: Keeping) -> ReadingAnswer {
    let message = parse(bytes)
    let isForward = message.isForward
    let html = message.html.map { trim(html: $0, keeping: kept, isForward: isForward) }
    let text = message.text
    if text.utf8.allSatisfy({ $0 <= 32 }), let html { return answer(inHTML: html) }
    return answer(trim(text: text, keeping: kept, isForward: isForward), html: html?.document.html)
}

private func answer(inHTML trimmed: Trimmed) -> ReadingAnswer {
    answer(trimmed, html: trimmed.document.html)
}

private func answer(_ trimmed: Trimmed, html: String?) -> ReadingAnswer {
    let forwarded = trimmed.forwarded.map { forwarded in
        OrderedJSON.object([("before", .string(forwarded.before)), ("embedded", .string(forwarded.embedded))])
    }
    return ReadingAnswer(
        members: [
            ("reply", .string(trimmed.reply)),
            ("reply_html", .optional(html)),
            ("elided", .string(trimmed.elided)),
            ("signature", .string(trimmed.signature)),
            ("forwarded", forwarded ?? .null),
            ("rule", .string(trimmed.rule.rawValue)),
        ],
        page: trimmed.reply + "\n")
}
