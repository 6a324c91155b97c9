// SPDX-License-Identifier: Apache-2.0

import MIME

extension Grammar {
    /// Reads the bytes, and uses all that comes of them.
    public func read(_ bytes: [UInt8]) {
        switch self {
        case .fields: readFields(bytes)
        case .addresses: _ = mailboxes(parsing: text(bytes)).map(\.addressForTransport)
        case .dates: readDate(text(bytes))
        case .encodedWords: _ = decodingWords(text(bytes))
        case .parameters: readParameters(text(bytes))
        case .multipart: readMessage(bytes)
        case .mbox: readMbox(bytes)
        case .transferEncodings: readEncoded(bytes)
        case .charsets: readText(bytes)
        case .tnef: readTNEF(bytes)
        case .textFiles: readFiles(bytes)
        case .flowedText: readFlowed(text(bytes))
        case .calendar: _ = CalendarInvitation(parsing: text(bytes))
        case .reports: readReport(bytes)
        case .authentication: readAuthentication(text(bytes))
        case .composing: composeMessage(bytes)
        }
    }

    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    private func readFields(_ bytes: [UInt8]) {
        let message = parse(bytes)
        _ = (message.from, message.to, message.date, message.messageID, message.references, message.subject)
        _ = (message.automaticSigns, message.fields.map(\.value))
    }

    private func readDate(_ value: String) {
        guard let date = MailDate(parsing: value) else { return }
        let again = MailDate(parsing: date.fieldValue)
        precondition(again?.secondsSince1970 == date.secondsSince1970, "\(value) became \(date.fieldValue)")
    }

    private func readParameters(_ value: String) {
        let type = ContentType(parsing: value)
        precondition(!type.type.isEmpty)
        _ = Disposition(parsing: value).parameters["filename"]
    }

    /// The whole, and pieces of odd sizes.
    private func readMessage(_ bytes: [UInt8]) {
        let message = parse(bytes)
        for size in [1, 61] where bytes.count / size <= 20_000 {
            var parser = MessageParser()
            for start in stride(from: 0, to: bytes.count, by: size) {
                parser.consume(bytes[start..<min(start + size, bytes.count)])
            }
            precondition(parser.finish() == message, "the pieces give another value than the whole")
        }
        var contents = PartContents(of: message, in: bytes)
        for attachment in message.attachments.prefix(200) {
            precondition(contents.bytes(of: attachment).count == attachment.size)
        }
        _ = (message.text, message.html, message.paths, message.unpacked(in: bytes))
    }

    private func readFlowed(_ text: String) {
        _ = (FlowedText.joined(text), FlowedText.joined(text, deletesBlank: true))
        _ = FlowedText.joined(FlowedText.wrapped(text))
    }

    private func readMbox(_ bytes: [UInt8]) {
        let ranges = Mbox(parsing: bytes).ranges
        precondition(ranges.reduce(0) { $0 + $1.count } == bytes.count)
        for range in ranges.prefix(100) { precondition(Mbox.letter(bytes, range).count <= range.count) }
    }

    private func readEncoded(_ bytes: [UInt8]) {
        for encoding in [TransferEncoding.base64, .quotedPrintable, .uuencode] {
            var whole = PartDecoder(encoding)
            var out: [UInt8] = []
            whole.decode(bytes, into: &out)
            whole.finish(into: &out)
            var pieces = PartDecoder(encoding)
            var again: [UInt8] = []
            for start in stride(from: 0, to: bytes.count, by: 3) {
                pieces.decode(bytes[start..<min(start + 3, bytes.count)], into: &again)
            }
            pieces.finish(into: &again)
            precondition(again == out && pieces.isMalformed == whole.isMalformed)
        }
    }

    /// The first line is the label.
    private func readText(_ bytes: [UInt8]) {
        let end = bytes.firstIndex(of: 10) ?? 0
        let label = bytes[..<end].filter { $0 != 0x22 && $0 != 0x5C && $0 != 13 }
        let head = Array("Content-Type: text/plain; charset=\"".utf8) + label + Array("\"\n\n".utf8)
        let body = bytes.dropFirst(end + 1)
        _ = parse(head + body).text
    }

    private func readTNEF(_ bytes: [UInt8]) {
        let tnef = TNEF(parsing: bytes)
        _ = (tnef.text, tnef.html)
        for file in tnef.files {
            precondition(!file.name.isEmpty && !file.name.contains("/"))
            precondition(file.range.lowerBound >= 0 && file.range.upperBound <= bytes.count)
        }
    }

    private func readFiles(_ bytes: [UInt8]) {
        let message = parse(Array("Content-Type: text/plain; charset=iso-8859-1\n\n".utf8) + bytes)
        let unpacked = [message.unpacked(0, decoded: bytes)]
        for file in unpacked[0].files { precondition(file.content(of: bytes).count == file.size) }
        _ = message.text(without: unpacked)
    }

    private func readReport(_ bytes: [UInt8]) {
        let message = parse(bytes)
        _ = (message.bounce, message.nature(hasNullReturnPath: true))
        _ = (message.feedbackReport, message.dispositionNotification)
        _ = DeliveryStatus(parsing: text(bytes))
    }

    private func readAuthentication(_ value: String) {
        _ = AuthenticationResults(parsing: value)
        let line = value.filter { $0 != "\n" && $0 != "\r\n" && $0 != "\r" }
        let names = ["ARC-Authentication-Results", "ARC-Seal", "ARC-Message-Signature"]
        _ = parse(Array((names.map { "\($0): i=1; \(line)" }.joined(separator: "\n") + "\n\n").utf8)).arcSets
    }

    private func composeMessage(_ bytes: [UInt8]) {
        let pieces = bytes.split(separator: 0, omittingEmptySubsequences: false).map {
            String(decoding: $0, as: UTF8.self)
        }
        func piece(_ place: Int) -> String { place < pieces.count ? pieces[place] : "" }
        guard let id = MessageID("1@example.org") else { return }
        var draft = Draft(
            from: Mailbox(name: piece(0), address: "ada@example.org"), to: [Mailbox(name: piece(1), address: piece(2))],
            subject: piece(3), date: MailDate(secondsSince1970: 0), messageID: id, text: piece(4), html: piece(5))
        draft.extraFields = [Field(name: "X-Own", value: piece(6))]
        draft.attachments = [Draft.File(name: piece(7), type: piece(8), content: .bytes(Array(piece(9).utf8)))]
        guard let composed = composedBytes(draft) else { return }
        let message = parse(composed)
        let known: Set = [
            "Date", "From", "To", "Subject", "Message-ID", "X-Own", "MIME-Version", "Content-Type",
        ]
        precondition(message.fields.allSatisfy { known.contains($0.name) }, "a field was slipped in")
        precondition(message.attachments.count == 1 && message.from.map(\.address) == ["ada@example.org"])
    }
}
