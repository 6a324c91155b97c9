// SPDX-License-Identifier: Apache-2.0

import Foundation
import MIME
import Markup
import Vault

/// A parsed mail beside its raw bytes.
struct ParsedMail {
    let message: Message
    private let raw: [UInt8]
    private let unpacked: [Unpacked]

    init(_ raw: [UInt8]) {
        self.raw = raw
        message = parse(raw)
        unpacked = message.unpacked(in: raw)
    }

    func answer(withBodies: Bool) -> ReadingAnswer {
        ReadingAnswer(members: json(withBodies: withBodies), page: page)
    }

    private func json(withBodies: Bool) -> [(String, OrderedJSON)] {
        let paths = message.paths
        let body = body
        var contents = PartContents(of: message, in: raw)
        let parts = message.parts.indices.map { index in
            OrderedJSON.object(part(index, path: paths[index], contents: &contents, withBodies: withBodies))
        }
        let attachments = message.attachments.map { attachment in
            OrderedJSON.object(
                self.attachment(attachment, path: paths[attachment.part], contents: &contents, withBodies: withBodies))
        }
        let embedded = unpacked.flatMap {
            $0.json(path: paths[$0.part], contents: &contents, withBodies: withBodies)
        }
        return head + [
            ("content_type", .string(message.parts[0].type)),
            ("text", .string(body.text)),
            ("text_from_html", .bool(body.isFromHTML)),
            ("html", .optional(message.html)),
            ("parts", .list(parts)),
            ("attachments", .list(attachments + embedded)),
            ("headers", .list(message.fields.map { .strings([$0.name, $0.value]) })),
            ("defects", .strings(defects.map { "\($0.kind): \(paths[$0.part])" })),
        ] + message.reportsJSON
    }

    private var defects: [(kind: String, part: Int)] {
        message.defects.map { ($0.kind.rawValue, $0.part) }
            + unpacked.filter(\.isDamaged).map { ("damaged-file", $0.part) }
    }

    private var body: (text: String, isFromHTML: Bool) {
        let text = message.textWithoutFiles
        guard text.utf8.allSatisfy({ $0 <= 32 }) else { return (text, false) }
        if let html = message.html { return (Document(html: html).text, true) }
        if let inside = unpacked.lazy.compactMap(\.text).first { return (inside, false) }
        let html = unpacked.lazy.compactMap(\.html).first
        return html.map { (Document(html: $0).text, true) } ?? (text, false)
    }

    private var head: [(String, OrderedJSON)] {
        [
            ("message_id", .optional(message.messageID?.rawValue)),
            ("subject", .optional(message.subject)),
            ("date", .optional(message.date?.description)),
            ("from", list(message.from)),
            ("sender", list(message.sender)),
            ("reply_to", list(message.replyTo)),
            ("to", list(message.to)),
            ("cc", list(message.cc)),
            ("bcc", list(message.bcc)),
            ("in_reply_to", .strings(message.inReplyTo.map(\.rawValue))),
            ("references", .strings(message.references.map(\.rawValue))),
        ]
    }

    private func list(_ mailboxes: [Mailbox]) -> OrderedJSON {
        .list(mailboxes.map { .object([("name", .string($0.name)), ("address", .string($0.address))]) })
    }

    private func part(
        _ index: Int, path: String, contents: inout PartContents, withBodies: Bool
    ) -> [(String, OrderedJSON)] {
        let part = message.parts[index]
        var pairs: [(String, OrderedJSON)] = [
            ("path", .string(path)),
            ("type", .string(part.type)),
            ("declared_type", .optional(part.contentType.declared)),
            ("params", .object(part.contentType.parameters.entries.map { ($0.name, .string($0.value)) })),
            ("children", .int(part.childCount)),
            ("filename", .optional(part.filename)),
            ("disposition", .optional(part.disposition?.kind)),
            ("charset", .optional(part.charset)),
        ]
        guard part.childCount == 0 else { return pairs }
        let bytes = contents.bytes(of: index)
        pairs += digests(bytes)
        if withBodies {
            pairs.append(("body", .string(Data(bytes).base64EncodedString())))
            if part.contentType.isText { pairs.append(("text", .string(part.text ?? ""))) }
        }
        return pairs
    }

    private func attachment(
        _ attachment: Attachment, path: String, contents: inout PartContents, withBodies: Bool
    ) -> [(String, OrderedJSON)] {
        let bytes = contents.bytes(of: attachment)
        var pairs: [(String, OrderedJSON)] = [("name", .optional(attachment.name)), ("type", .string(attachment.type))]
        pairs += digests(bytes)
        pairs += [
            ("disposition", .optional(attachment.disposition)),
            ("content_id", .optional(attachment.contentID)),
            ("inline", .bool(attachment.isInline)),
            ("from_tnef", .bool(false)),
            ("path", .string(path)),
        ]
        if withBodies { pairs.append(("body", .string(Data(bytes).base64EncodedString()))) }
        return pairs
    }

    private func digests(_ bytes: [UInt8]) -> [(String, OrderedJSON)] {
        [("size", .int(bytes.count)), ("sha1", .string(digest(.sha1, bytes))), ("md5", .string(digest(.md5, bytes)))]
    }

    /// `request, Tea, 2026-02-03 09:15 Europe/Berlin, Room 7`.
    private func inShort(_ invitation: CalendarInvitation) -> String {
        [invitation.method, invitation.summary, invitation.start?.description, invitation.location]
            .compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: ", ")
    }

    /// The head lines, the tree of parts and the text.
    var page: String {
        var lines: [String] = []
        func line(_ name: String, _ value: String?) {
            if let value, !value.isEmpty { lines.append("\(name): \(value)") }
        }
        func people(_ mailboxes: [Mailbox]) -> String {
            mailboxes.map { $0.name.isEmpty ? $0.address : "\($0.name) <\($0.address)>" }.joined(separator: ", ")
        }
        line("From", people(message.from))
        line("To", people(message.to))
        line("Cc", people(message.cc))
        line("Date", message.date?.description)
        line("Subject", message.subject)
        line("Message-ID", message.messageID?.rawValue)
        line("Invitation", message.invitation.map(inShort))
        lines.append("")
        let paths = message.paths
        for (path, part) in zip(paths, message.parts) {
            let name = part.filename.map { " \"\($0)\"" } ?? ""
            lines.append("\(path) \(part.type)\(name), \(part.size) bytes")
        }
        for defect in defects { lines.append("! \(defect.kind) in part \(paths[defect.part])") }
        return (lines + ["", body.text]).joined(separator: "\n") + "\n"
    }
}
