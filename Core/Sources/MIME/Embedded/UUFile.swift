// SPDX-License-Identifier: Apache-2.0

/// A file by uuencode: `begin 644 name`, lines, `end`.
enum UUFile {
    static func file(in bytes: Bytes, at start: Int) -> TextFile? {
        let head = TextLine(bytes, at: start)
        guard let name = name(inBegin: head.content) else { return nil }
        let first = TextLine(bytes, at: head.next)
        // The first line tells a file from a sentence that begins like one.
        guard isWholeLine(first.content) else { return nil }
        let (end, isEnded) = end(in: bytes, behind: first)
        return TextFile(form: .uuencode(start..<end, isEnded: isEnded), name: name.isEmpty ? nil : name)
    }

    /// Behind the line `end`. Where that is missing behind what is surely the file's: lines as long as the first one,
    /// and one that is shorter.
    private static func end(in bytes: Bytes, behind first: TextLine) -> (place: Int, isEnded: Bool) {
        var sureEnd = first.next
        let most = size(of: first.content)
        /// That of the last sure line; nil where other words began.
        var last: Int? = most
        var place = first.next
        while place < bytes.count {
            let line = TextLine(bytes, at: place)
            place = line.next
            if line.content.trimmed().isEqual(caseless: "end") { return (place, true) }
            guard isLine(line.content) || line.content.isEmpty else { break }
            let size = size(of: line.content)
            let isNext = last == most && size <= most || last != nil && size == 0
            if isNext, isWholeLine(line.content) {
                sureEnd = place
                last = size
            } else {
                last = nil
            }
        }
        return (sureEnd, false)
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
    static func name(inBegin line: Bytes) -> String? {
        guard line.hasPrefix("begin ") else { return nil }
        var index = 6
        while index < line.count, line[index] &- 48 < 8 { index += 1 }
        guard (9...10).contains(index), index == line.count || line[index] == 32 else { return nil }
        return decodedHeader(line[part: index..<line.count].trimmed(), charset: nil)
    }

    /// As long as its first character says; one that checks may stand behind.
    private static func isWholeLine(_ line: Bytes) -> Bool {
        guard let first = line.first, first > 32, isLine(line) else { return false }
        return line.count >= length(of: line)
    }

    /// Bytes of the file in a line, as its first character says.
    private static func size(of line: Bytes) -> Int { line.first.map { Int(($0 &- 32) & 63) } ?? 0 }

    /// The characters that hold them.
    private static func length(of line: Bytes) -> Int { (size(of: line) + 2) / 3 * 4 }

    /// Its characters are those of uuencode; blanks at its end may be lost.
    private static func isLine(_ line: Bytes) -> Bool {
        !line.isEmpty && line.allSatisfy { $0 >= 32 && $0 <= 96 } && line.count <= length(of: line) + 2
    }
}
