// SPDX-License-Identifier: Apache-2.0

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
                return TextFile(form: .uuencode(start..<place, isEnded: true), name: name.isEmpty ? nil : name)
            }
            // The first line tells a file from a sentence that begins like one.
            guard count > 0 ? isLine(line.content) || line.content.isEmpty : isWholeLine(line.content) else { break }
            count += 1
            place = line.next
        }
        guard count > 0 else { return nil }
        return TextFile(form: .uuencode(start..<place, isEnded: false), name: name.isEmpty ? nil : name)
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
