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

    /// As much as a header of that kind takes.
    private let usualBytes: Int

    init(limit: Int, isTop: Bool = false) {
        self.limit = limit
        usualBytes = isTop ? 2_048 : 256
    }

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
        fields.examine()
        return fields
    }

    /// The place of the colon, if a field name stands before it.
    private func nameEnd(_ line: Bytes) -> Int? {
        var end = 0
        let limit = min(line.count, 1000)
        let isName = HeaderBlock.nameBytes
        while end < limit, isName[line[end]] != 0 { end += 1 }
        guard end > 0, end < 1000 else { return nil }
        var colon = end
        while colon < line.count, line[colon] == 32 || line[colon] == 9 { colon += 1 }
        return colon < line.count && line[colon] == 0x3A ? colon : nil
    }

    /// What may stand in a field's name; RFC 5322 §3.6.8 allows less.
    private static let nameBytes = ByteTable { $0 > 32 && $0 != 127 && $0 != 0x3A ? 1 : 0 }

    private mutating func begin(_ line: Bytes, colon: Int) {
        trimLast()
        isOpen = hasRoom(line.count)
        guard isOpen else { return }
        var nameLength = colon
        while nameLength > 0, isSpace(line[nameLength - 1]) { nameLength -= 1 }
        let start = fields.bytes.count
        var from = colon + 1
        while from < line.count, line[from] == 32 || line[from] == 9 { from += 1 }
        if fields.isEmpty {
            fields.bytes.reserveCapacity(min(usualBytes, limit))
            fields.entries.reserveCapacity(usualBytes / 64)
        }
        fields.bytes.append(contentsOf: line)
        fields.entries.append(
            Fields.Entry(
                nameStart: start, nameEnd: start + nameLength, valueStart: start + from, valueEnd: fields.bytes.count))
    }

    /// Unfolding drops the line end only (RFC 5322 §2.2.3); blanks at the start of an empty value go.
    private mutating func extend(_ content: Bytes) {
        guard isOpen, let last = fields.entries.last, hasRoom(content.count) else { return }
        var from = 0
        if last.valueStart == last.valueEnd {
            while from < content.count, isSpace(content[from]) { from += 1 }
        }
        fields.bytes.append(contentsOf: content[part: from..<content.count])
        fields.entries[fields.entries.count - 1].valueEnd = fields.bytes.count
    }

    private mutating func hasRoom(_ count: Int) -> Bool {
        if fields.bytes.count + count <= limit { return true }
        isOverLimit = true
        return false
    }

    private mutating func trimLast() {
        guard let last = fields.entries.last else { return }
        var end = last.valueEnd
        while end > last.valueStart, isSpace(fields.bytes[end - 1]) { end -= 1 }
        if end < last.valueEnd { fields.entries[fields.entries.count - 1].valueEnd = end }
    }
}
