// SPDX-License-Identifier: Apache-2.0

/// Collects the lines of one header block.
struct HeaderBlock {
    enum Verdict {
        case taken
        /// The header is over, and the line is the first of the body.
        case bodyBegins
    }

    /// Lines that are no fields. When a field that mail knows follows, they were strays, such as a folded value that
    /// lost its indent;
    /// when none does, the body began here.
    struct Strays {
        var offset: Int
        var lines: [[UInt8]] = []
        var byteCount = 0
    }

    private(set) var fields = Fields()
    private(set) var strays: Strays?
    private(set) var hasStrayLines = false
    private(set) var isOverLimit = false
    private let limit: Int
    private var isOpen = false

    init(limit: Int) { self.limit = limit }

    /// `line` holds its line end, `content` does not. `mayBeginWithStrays` is for the head of a whole message.
    mutating func take(_ line: Bytes, content: Bytes, at offset: Int, isContinued: Bool, mayBeginWithStrays: Bool)
        -> Verdict
    {
        if isContinued {
            if strays == nil { extend(content) } else { extendStray(line) }
            return .taken
        }
        let colon = nameEnd(content)
        if strays == nil {
            if let first = content.first, first == 32 || first == 9, !fields.isEmpty {
                extend(content)
                return .taken
            }
            if let colon {
                begin(content, colon: colon)
                return .taken
            }
            if fields.isEmpty ? !mayBeginWithStrays : content.hasPrefix("--") { return .bodyBegins }
        } else if let colon, isKnownField(content[part: 0..<colon]) {
            strays = nil
            hasStrayLines = true
            begin(content, colon: colon)
            return .taken
        }
        guard (strays?.byteCount ?? 0) + line.count <= HeaderBlock.strayLimit else { return .bodyBegins }
        addStray(line, at: offset)
        return .taken
    }

    private static let strayLimit = 16 << 10

    private mutating func addStray(_ line: Bytes, at offset: Int) {
        var all = strays ?? Strays(offset: offset)
        strays = nil
        all.lines.append(Array(line))
        all.byteCount += line.count
        strays = all
        isOpen = false
    }

    private mutating func extendStray(_ piece: Bytes) {
        guard var all = strays, var last = all.lines.popLast() else { return }
        strays = nil
        last.append(contentsOf: piece)
        all.byteCount += piece.count
        all.lines.append(last)
        strays = all
    }

    /// Gives the strays away: the body begins with them.
    mutating func takeStrays() -> Strays? {
        defer { strays = nil }
        return strays
    }

    /// A field that stands in nearly every header, so that prose is not taken for one.
    private func isKnownField(_ name: Bytes) -> Bool {
        let name = lowercased(name.trimmed())
        return HeaderBlock.knownFields.contains(name) || name.hasPrefix("x-") || name.hasPrefix("content-")
    }

    private static let knownFields: Set<String> = [
        "from", "to", "cc", "bcc", "subject", "date", "message-id", "mime-version", "received", "return-path",
        "reply-to", "sender",
        "in-reply-to", "references", "delivered-to", "dkim-signature", "authentication-results", "list-id",
        "list-unsubscribe",
        "user-agent", "importance", "precedence", "auto-submitted", "thread-topic", "thread-index", "status",
    ]

    mutating func finish() -> Fields {
        trimLast()
        return fields
    }

    /// The place of the colon, if a field name stands before it.
    private func nameEnd(_ line: Bytes) -> Int? {
        guard let colon = line.index(of: 0x3A), colon > 0 else { return nil }
        var end = colon
        while end > 0, line[end - 1] == 32 || line[end - 1] == 9 { end -= 1 }
        guard end > 0, end < 1000 else { return nil }
        for index in 0..<end where line[index] <= 32 || line[index] == 127 { return nil }
        return colon
    }

    private mutating func begin(_ line: Bytes, colon: Int) {
        trimLast()
        isOpen = hasRoom(line.count)
        guard isOpen else { return }
        var nameLength = colon
        while nameLength > 0, isSpace(line[nameLength - 1]) { nameLength -= 1 }
        let start = fields.bytes.count
        fields.bytes.append(contentsOf: line[part: 0..<nameLength])
        let valueStart = fields.bytes.count
        var from = colon + 1
        while from < line.count, line[from] == 32 || line[from] == 9 { from += 1 }
        append(line[part: from..<line.count])
        fields.entries.append(
            Fields.Entry(nameStart: start, nameEnd: valueStart, valueStart: valueStart, valueEnd: fields.bytes.count))
    }

    /// Unfolding drops the line end only (RFC 5322 §2.2.3); blanks at the start of an empty value go.
    private mutating func extend(_ content: Bytes) {
        guard isOpen, let last = fields.entries.last, hasRoom(content.count) else { return }
        var from = 0
        if last.valueStart == last.valueEnd {
            while from < content.count, isSpace(content[from]) { from += 1 }
        }
        append(content[part: from..<content.count])
        fields.entries[fields.entries.count - 1].valueEnd = fields.bytes.count
    }

    /// A CR inside of a line is a blank.
    private mutating func append(_ piece: Bytes) {
        guard piece.contains(byte: 13) else {
            fields.bytes.append(contentsOf: piece)
            return
        }
        for byte in piece { fields.bytes.append(byte == 13 ? 32 : byte) }
    }

    private mutating func hasRoom(_ count: Int) -> Bool {
        if fields.bytes.count + count <= limit { return true }
        isOverLimit = true
        return false
    }

    private mutating func trimLast() {
        guard var last = fields.entries.popLast() else { return }
        while last.valueEnd > last.valueStart, isSpace(fields.bytes[last.valueEnd - 1]) { last.valueEnd -= 1 }
        fields.entries.append(last)
    }
}
