// SPDX-License-Identifier: Apache-2.0

/// The `name=value` pairs behind a content type or a disposition, RFC 2231 decoded, names in lower case.
public struct Parameters: Sendable, Equatable {
    public struct Parameter: Sendable, Hashable {
        public var name: String
        public var value: String

        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// In order; each name stands once, its first value counts.
    public internal(set) var entries: [Parameter] = []

    public init() {}

    public subscript(name: String) -> String? { entries.first { $0.name == name }?.value }

    /// Reads what follows the first word, from the semicolon on. Takes what mail programs really write: values without
    /// quotes, with
    /// blanks, without an end quote, pairs without a semicolon between them.
    init(parsing bytes: Bytes) {
        var pieces: [Piece] = []
        var scanner = ParameterScanner(bytes)
        while pieces.count < 200, let pair = scanner.next() { pieces.append(Piece(name: pair.name, value: pair.value)) }
        join(pieces)
    }

    /// RFC 2231 §3 and §4: `name*0*=charset'language'part; name*1=part`.
    private mutating func join(_ pieces: [Piece]) {
        if !pieces.contains(where: \.isPartial) {
            for piece in pieces where !piece.base.isEmpty && self[piece.base] == nil {
                entries.append(Parameter(name: piece.base, value: piece.value))
            }
            return
        }
        for piece in pieces where !piece.base.isEmpty && self[piece.base] == nil {
            guard piece.isPartial else {
                // QUIRK: many send both `filename=` and `filename*=`; RFC 6266 §4.3 lets the second win.
                if !pieces.contains(where: { $0.base == piece.base && $0.isPartial }) {
                    entries.append(Parameter(name: piece.base, value: piece.value))
                }
                continue
            }
            var sections = pieces.filter { $0.base == piece.base && $0.isPartial }
            sections.sort { ($0.section ?? -1) < ($1.section ?? -1) }
            entries.append(Parameter(name: piece.base, value: Piece.joined(sections)))
        }
    }

    private struct Piece {
        var base: String
        var section: Int?
        var isExtended: Bool
        var value: String

        /// One of several, or encoded.
        var isPartial: Bool { section != nil || isExtended }

        init(name: String, value: String) {
            self.value = value
            guard name.utf8.contains(0x2A) else {
                base = name
                isExtended = false
                return
            }
            var words = name.split(separator: "*", omittingEmptySubsequences: false)
            var isExtended = false
            if words.count > 1, words[words.count - 1].isEmpty {
                isExtended = true
                words.removeLast()
            }
            if words.count == 2, let section = Int(words[1]) {
                self.section = section
                words.removeLast()
            }
            base = words.count == 1 ? String(words[0]) : name
            self.isExtended = isExtended
        }

        static func joined(_ sections: [Piece]) -> String {
            guard sections.contains(where: \.isExtended) else { return sections.map(\.value).joined() }
            var charset: String?
            var bytes: [UInt8] = []
            for (index, section) in sections.enumerated() {
                var value = section.value[...]
                if index == 0, section.isExtended {
                    let words = value.split(separator: "'", maxSplits: 2, omittingEmptySubsequences: false)
                    if words.count == 3 {
                        charset = words[0].isEmpty ? nil : String(words[0])
                        value = words[2]
                    }
                }
                if section.isExtended { percentDecode(value, into: &bytes) } else { bytes += Array(value.utf8) }
            }
            return bytes.withUnsafeBufferPointer { decoded($0, as: charset).string }
        }

        private static func percentDecode(_ text: Substring, into bytes: inout [UInt8]) {
            let source = Array(text.utf8)
            var index = 0
            while index < source.count {
                if source[index] == 0x25, index + 2 < source.count, let high = hexValue(source[index + 1]),
                    let low = hexValue(source[index + 2])
                {
                    bytes.append(high << 4 | low)
                    index += 3
                } else {
                    bytes.append(source[index])
                    index += 1
                }
            }
        }
    }
}

/// Cuts parameters into pairs.
private struct ParameterScanner {
    private let bytes: Bytes
    private var index = 0

    init(_ bytes: Bytes) { self.bytes = bytes }

    private var isAtEnd: Bool { index >= bytes.count }

    mutating func next() -> (name: String, value: String)? {
        while true {
            skipBlanks()
            if isAtEnd { return nil }
            if bytes[index] == 0x3B {
                index += 1
                continue
            }
            let start = index
            while !isAtEnd, bytes[index] != 0x3D, bytes[index] != 0x3B, !isSpace(bytes[index]) { index += 1 }
            let name = lowercased(bytes[part: start..<index])
            skipBlanks()
            guard !isAtEnd, bytes[index] == 0x3D else { continue }
            index += 1
            skipBlanks()
            let value = readValue()
            if !name.isEmpty { return (name, value) }
        }
    }

    private mutating func readValue() -> String {
        guard !isAtEnd else { return "" }
        if bytes[index] == 0x22 { return readQuoted() }
        if let plain = readPlain() { return plain }
        let start = index
        var end = index
        while !isAtEnd, bytes[index] != 0x3B {
            if isSpace(bytes[index]) {
                if nextWordIsName() { break }
                while !isAtEnd, isSpace(bytes[index]) { index += 1 }
            } else if bytes[index] == 0x28, end == start || isSpace(bytes[index - 1]) {
                skipComment()
            } else {
                index += 1
                end = index
            }
        }
        return String(bytes[part: start..<end])
    }

    /// The usual value: one word, up to a semicolon or the end.
    private mutating func readPlain() -> String? {
        var end = index
        while end < bytes.count, bytes[end] > 32, bytes[end] != 0x3B, bytes[end] != 0x28 { end += 1 }
        guard end == bytes.count || bytes[end] == 0x3B else { return nil }
        defer { index = end }
        return String(bytes[part: index..<end])
    }

    private mutating func readQuoted() -> String {
        index += 1
        if let end = bytes.index(of: 0x22, from: index), !bytes[part: index..<end].contains(byte: 0x5C) {
            defer { index = end + 1 }
            return String(bytes[part: index..<end])
        }
        var value: [UInt8] = []
        while !isAtEnd, bytes[index] != 0x22 {
            // A backslash escapes a quote or itself; elsewhere it stays, since Windows paths come unescaped.
            if bytes[index] == 0x5C, index + 1 < bytes.count, bytes[index + 1] == 0x22 || bytes[index + 1] == 0x5C {
                index += 1
            }
            value.append(bytes[index])
            index += 1
        }
        index += 1
        return String(decoding: value, as: UTF8.self)
    }

    /// What follows this blank is `name=`: the semicolon was forgotten.
    private func nextWordIsName() -> Bool {
        var look = index
        while look < bytes.count, isSpace(bytes[look]) { look += 1 }
        let start = look
        while look < bytes.count, isNameByte(bytes[look]) { look += 1 }
        return look > start && look < bytes.count && bytes[look] == 0x3D
    }

    private func isNameByte(_ byte: UInt8) -> Bool {
        byte == 0x2D || byte == 0x2A || byte == 0x5F || lowered(byte) &- 97 < 26 || byte &- 48 < 10
    }

    private mutating func skipBlanks() {
        while !isAtEnd {
            if isSpace(bytes[index]) { index += 1 } else if bytes[index] == 0x28 { skipComment() } else { return }
        }
    }

    private mutating func skipComment() {
        var depth = 0
        while !isAtEnd {
            let byte = bytes[index]
            index += 1
            if byte == 0x5C {
                index += 1
            } else if byte == 0x28 {
                depth += 1
            } else if byte == 0x29 {
                depth -= 1
                if depth == 0 { return }
            }
        }
    }
}
