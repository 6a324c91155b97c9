// SPDX-License-Identifier: Apache-2.0

/// Writes a message: what is small as bytes, stored files as places where the caller puts them in.
///
/// The same draft gives the same bytes. Lines end with CRLF.
public func compose(_ draft: Draft) -> [Segment] {
    var writer = MessageWriter(draft)
    return writer.write()
}

/// The bytes of a message without stored files; nil when it has some.
public func composedBytes(_ draft: Draft) -> [UInt8]? {
    var bytes: [UInt8] = []
    for segment in compose(draft) {
        guard case .bytes(let more) = segment else { return nil }
        bytes += more
    }
    return bytes
}

private struct MessageWriter {
    private let draft: Draft
    private var segments: [Segment] = []
    private var bytes: [UInt8] = []
    private var boundaryCount = 0

    init(_ draft: Draft) { self.draft = draft }

    mutating func write() -> [Segment] {
        var header = HeaderWriter()
        writeFields(to: &header)
        bytes += header.bytes
        if draft.attachments.isEmpty {
            writeBody()
        } else {
            multipart("mixed") { writer in
                writer.part { $0.writeBody() }
                for file in writer.draft.attachments { writer.part { $0.write(file, disposition: "attachment") } }
            }
        }
        endBytes()
        return segments
    }

    private func writeFields(to header: inout HeaderWriter) {
        header.structured("Date", draft.date.fieldValue)
        header.mailboxes("From", [draft.from])
        if let sender = draft.sender { header.mailboxes("Sender", [sender]) }
        header.mailboxes("Reply-To", draft.replyTo)
        header.mailboxes("To", draft.to)
        header.mailboxes("Cc", draft.cc)
        header.text("Subject", draft.subject)
        header.ids("Message-ID", [draft.messageID])
        header.ids("In-Reply-To", draft.inReplyTo)
        header.ids("References", draft.references)
        if let autoSubmitted = draft.autoSubmitted { header.structured("Auto-Submitted", autoSubmitted) }
        if let precedence = draft.precedence { header.structured("Precedence", precedence) }
        for field in draft.extraFields where !isOwn(field.name) { header.text(field.name, field.value) }
        header.structured("MIME-Version", "1.0")
    }

    /// Fields that only the writer itself may set.
    private func isOwn(_ name: String) -> Bool {
        let name = name.trimmingSpaces().lowercased()
        return name == "mime-version" || name.hasPrefix("content-")
            || [
                "date", "from", "sender", "reply-to", "to", "cc", "bcc", "subject", "message-id", "in-reply-to",
                "references",
            ].contains(name)
    }

    private mutating func writeBody() {
        guard let html = draft.html else { return writePlain() }
        multipart("alternative") { writer in
            writer.part { $0.writePlain() }
            writer.part { $0.writeHTML(html) }
        }
    }

    private mutating func writePlain() {
        guard let format = draft.textFormat else { return writeText(draft.text, type: "text/plain") }
        let text = FlowedText.wrapped(withLineFeeds(draft.text))
        writeText(text, type: "text/plain", parameters: [("format", format.rawValue)])
    }

    private mutating func writeHTML(_ html: String) {
        guard !draft.inlines.isEmpty else { return writeText(html, type: "text/html") }
        multipart("related", parameters: [("type", "text/html")]) { writer in
            writer.part { $0.writeText(html, type: "text/html") }
            for file in writer.draft.inlines { writer.part { $0.write(file, disposition: "inline") } }
        }
    }

    // MARK: Parts

    private mutating func multipart(
        _ kind: String, parameters: [(name: String, value: String)] = [], _ content: (inout MessageWriter) -> Void
    ) {
        let boundary = nextBoundary()
        var header = HeaderWriter()
        header.structured("Content-Type", "multipart/\(kind)", parameters: parameters + [("boundary", boundary)])
        header.end()
        bytes += header.bytes
        let outer = openBoundary
        openBoundary = boundary
        content(&self)
        openBoundary = outer
        bytes += Array("\r\n--\(boundary)--\r\n".utf8)
    }

    private var openBoundary = ""

    private mutating func part(_ content: (inout MessageWriter) -> Void) {
        bytes += Array("\r\n--\(openBoundary)\r\n".utf8)
        content(&self)
    }

    /// Quoted-printable and base64 never begin a line with `--=_`, so that no content holds the boundary.
    private mutating func nextBoundary() -> String {
        boundaryCount += 1
        let seed = draft.messageID.rawValue.utf8.reduce(UInt64(14_695_981_039_346_656_037)) {
            ($0 ^ UInt64($1)) &* 1_099_511_628_211
        }
        return "=_\(boundaryCount)_\(String(seed, radix: 36))"
    }

    private mutating func writeText(
        _ text: String, type: String, parameters: [(name: String, value: String)] = []
    ) {
        let text = withLineFeeds(text)
        let isPlain = text.utf8.allSatisfy { ($0 >= 32 && $0 < 127) || $0 == 10 || $0 == 9 } && hasSafeLines(text)
        let isBase64 = !isPlain && text.utf8.count { $0 >= 127 || $0 < 9 } * 3 > text.utf8.count
        var header = HeaderWriter()
        header.structured("Content-Type", type, parameters: [("charset", "utf-8")] + parameters)
        header.structured("Content-Transfer-Encoding", isPlain ? "7bit" : isBase64 ? "base64" : "quoted-printable")
        header.end()
        bytes += header.bytes
        if isPlain {
            bytes += withCRLF(text)
        } else if isBase64 {
            var encoder = Base64Encoder()
            encoder.encode(withCRLF(text), into: &bytes)
            encoder.finish(into: &bytes)
        } else {
            bytes += quotedPrintable(text)
        }
    }

    private func withCRLF(_ text: String) -> [UInt8] {
        var out: [UInt8] = []
        for byte in text.utf8 {
            if byte == 10 { out.append(13) }
            out.append(byte)
        }
        return out
    }

    /// Short lines, none of which a mail server would change or take for a boundary.
    private func hasSafeLines(_ text: String) -> Bool {
        text.utf8.split(separator: 10, omittingEmptySubsequences: true).allSatisfy { line in
            line.count <= 78 && line.last != 32 && line.last != 9 && line.first != 0x2E && line.first != 0x2D
                && !line.starts(with: "From ".utf8)
        }
    }

    private mutating func write(_ file: Draft.File, disposition: String) {
        var header = HeaderWriter()
        header.structured(
            "Content-Type", mediaType(file.type), parameters: file.name.isEmpty ? [] : [("name", file.name)])
        header.structured("Content-Transfer-Encoding", "base64")
        header.structured(
            "Content-Disposition", disposition, parameters: file.name.isEmpty ? [] : [("filename", file.name)])
        if let id = file.contentID.flatMap({ MessageID($0) }) { header.ids("Content-ID", [id]) }
        header.end()
        bytes += header.bytes
        switch file.content {
        case .bytes(let content):
            var encoder = Base64Encoder()
            encoder.encode(content, into: &bytes)
            encoder.finish(into: &bytes)
        case .stored(let name):
            endBytes()
            segments.append(.stored(name))
        }
    }

    /// A type that is none, or one that would be read into, goes as bytes.
    private func mediaType(_ type: String) -> String {
        let parsed = ContentType(parsing: type)
        let isToken = parsed.type.utf8.allSatisfy { $0 > 32 && $0 < 127 && !"()<>@,;:\\\"[]?=".utf8.contains($0) }
        let isOpaque = !parsed.isMultipart && !parsed.isMessage && parsed.declared == parsed.type
        return isToken && isOpaque ? parsed.type : "application/octet-stream"
    }

    private mutating func endBytes() {
        if !bytes.isEmpty { segments.append(.bytes(bytes)) }
        bytes = []
    }
}
