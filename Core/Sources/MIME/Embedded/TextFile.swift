// SPDX-License-Identifier: Apache-2.0

/// Where a file stands among the lines of a text: from its first line to its last.
struct TextFile {
    var isYEnc: Bool
    /// As it is written there.
    var name: String?
    var range: Range<Int>

    /// Files of one text; what lies beyond stays text.
    private static let most = 1000

    /// A quick look: most texts hold no file.
    static func mayStand(in text: String) -> Bool {
        withBytes(text) { bytes in
            var start = 0
            while start < bytes.count {
                let line = bytes[part: start..<bytes.count]
                if line.hasPrefix("begin ") || line.hasPrefix("=ybegin ") { return true }
                guard let end = bytes.index(of: 10, from: start) else { return false }
                start = end + 1
            }
            return false
        }
    }

    static func all(in bytes: Bytes) -> [TextFile] {
        var files: [TextFile] = []
        var start = 0
        // Behind a file by yEnc that has no end no other one has.
        var isYEncOver = false
        while start < bytes.count, files.count < most {
            let isYEnc = !isYEncOver && bytes[part: start..<bytes.count].hasPrefix("=ybegin ")
            if let file = isYEnc ? YEnc.file(in: bytes, at: start) : UUFile.file(in: bytes, at: start) {
                files.append(file)
                start = file.range.upperBound
            } else {
                isYEncOver = isYEncOver || isYEnc
                start = TextLine(bytes, at: start).next
            }
        }
        return files
    }

    /// The text without its files.
    static func removed(from text: String) -> String {
        guard mayStand(in: text) else { return text }
        return withBytes(text) { bytes in
            var out: [UInt8] = []
            var start = 0
            for file in all(in: bytes) {
                out.append(contentsOf: bytes[start..<file.range.lowerBound])
                start = file.range.upperBound
            }
            out.append(contentsOf: bytes[start..<bytes.count])
            return String(decoding: out, as: UTF8.self)
        }
    }
}

/// One line of a text, without its end.
struct TextLine {
    let content: Bytes
    /// Where the next line begins.
    let next: Int

    init(_ bytes: Bytes, at start: Int) {
        let end = bytes.index(of: 10, from: start) ?? bytes.count
        next = min(end + 1, bytes.count)
        let hasReturn = end > start && bytes[end - 1] == 13
        content = bytes[part: start..<(hasReturn ? end - 1 : end)]
    }
}

/// A file by uuencode: `begin 644 name`, lines, `end`.
enum UUFile {
    static func file(in bytes: Bytes, at start: Int) -> TextFile? {
        let head = TextLine(bytes, at: start)
        guard let name = name(inBegin: head.content) else { return nil }
        var place = head.next
        var count = 0
        while place < bytes.count {
            let line = TextLine(bytes, at: place)
            if count > 0, line.content.trimmed().isEqual(caseless: "end") {
                place = line.next
                return TextFile(isYEnc: false, name: name.isEmpty ? nil : name, range: start..<place)
            }
            // The first line tells a file from a sentence that begins like one.
            guard count > 0 ? isLine(line.content) || line.content.isEmpty : isWholeLine(line.content) else { break }
            count += 1
            place = line.next
        }
        return count > 0 ? TextFile(isYEnc: false, name: name.isEmpty ? nil : name, range: start..<place) : nil
    }

    static func decode(_ lines: Bytes) -> [UInt8] {
        var out: [UInt8] = []
        var place = TextLine(lines, at: 0).next
        while place < lines.count {
            let line = TextLine(lines, at: place)
            if line.content.trimmed().isEqual(caseless: "end") || !UUDecoder.decodeLine(line.content, into: &out) {
                break
            }
            place = line.next
        }
        return out
    }

    /// Empty for `begin 644 `; nil when the line is another one.
    private static func name(inBegin line: Bytes) -> String? {
        guard line.hasPrefix("begin ") else { return nil }
        var index = 6
        while index < line.count, line[index] &- 48 < 8 { index += 1 }
        guard (9...10).contains(index), index == line.count || line[index] == 32 else { return nil }
        return decodedHeader(line[part: index..<line.count].trimmed(), charset: nil)
    }

    /// As long as its first character says; one that checks may stand behind.
    private static func isWholeLine(_ line: Bytes) -> Bool {
        guard let first = line.first, first > 32, isLine(line) else { return false }
        let length = (Int((first &- 32) & 63) + 2) / 3 * 4
        return line.count >= length && line.count <= length + 2
    }

    /// Its characters are those of uuencode; blanks at its end may be lost.
    private static func isLine(_ line: Bytes) -> Bool {
        guard let first = line.first, line.allSatisfy({ $0 >= 32 && $0 <= 96 }) else { return false }
        return line.count <= (Int((first &- 32) & 63) + 2) / 3 * 4 + 2
    }
}

/// A file by yEnc (yenc.org draft 1.3): `=ybegin line=128 size=5 name=x`, bytes, `=yend`.
enum YEnc {
    static func file(in bytes: Bytes, at start: Int) -> TextFile? {
        let head = TextLine(bytes, at: start)
        let name = name(in: head.content)
        var place = head.next
        while place < bytes.count {
            let line = TextLine(bytes, at: place)
            place = line.next
            if line.content.hasPrefix("=yend") { return TextFile(isYEnc: true, name: name, range: start..<place) }
        }
        return nil
    }

    static func decode(_ lines: Bytes) -> [UInt8] {
        var out: [UInt8] = []
        var place = TextLine(lines, at: 0).next
        while place < lines.count {
            let line = TextLine(lines, at: place)
            place = line.next
            if line.content.hasPrefix("=yend") { break }
            if line.content.hasPrefix("=ypart ") { continue }
            var isEscaped = false
            for (index, byte) in line.content.enumerated() {
                // A transport may have doubled a dot at the start of a line.
                if index == 0, byte == 0x2E, line.content.count > 1, line.content[1] == 0x2E { continue }
                if byte == 0x3D, !isEscaped {
                    isEscaped = true
                    continue
                }
                out.append(byte &- 42 &- (isEscaped ? 64 : 0))
                isEscaped = false
            }
        }
        return out
    }

    /// All behind `name=`, blanks inside included.
    private static func name(in line: Bytes) -> String? {
        guard line.count < 1000 else { return nil }
        let text = decodedHeader(line, charset: nil)
        guard let mark = text.range(ofFirst: " name=") else { return nil }
        let name = String(text[mark.upperBound...]).trimmingSpaces()
        return name.isEmpty ? nil : name
    }
}

extension String {
    fileprivate func range(ofFirst text: String) -> Range<Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(text) { return start..<index(start, offsetBy: text.count) }
            start = index(after: start)
        }
        return nil
    }
}
