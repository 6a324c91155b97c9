// SPDX-License-Identifier: Apache-2.0

/// A file by yEnc, or a part of one (yenc.org draft 1.3): `=ybegin line=128 size=5 name=x`, bytes, `=yend size=5`.
struct YEncBlock {
    let range: Range<Int>
    let name: String?
    /// What stands in the lines that begin and end it: numbers by their names.
    private let begin: [String: Int]
    private let part: [String: Int]
    private let end: [String: Int]

    /// Nil when it has no end.
    init?(in bytes: Bytes, at start: Int) {
        let head = TextLine(bytes, at: start)
        var place = head.next
        var part: [String: Int] = [:]
        while place < bytes.count {
            let line = TextLine(bytes, at: place)
            if place == head.next, line.content.hasPrefix("=ypart ") { part = YEncBlock.numbers(in: line.content) }
            place = line.next
            guard line.content.hasPrefix("=yend") else { continue }
            range = start..<place
            (begin, name) = YEncBlock.beginning(head.content)
            self.part = part
            end = YEncBlock.numbers(in: line.content)
            return
        }
        return nil
    }

    // MARK: Parts

    /// Parts become one file where all of it is there; each other one is a file of its own.
    static func files(of blocks: [YEncBlock]) -> [TextFile] {
        var groups: [[YEncBlock]] = []
        var places: [String: Int] = [:]
        for block in blocks {
            guard block.begin["part"] != nil else {
                groups.append([block])
                continue
            }
            let key = "\(block.begin["size"] ?? 0) \(block.name ?? "")"
            if let place = places[key] {
                groups[place].append(block)
            } else {
                places[key] = groups.count
                groups.append([block])
            }
        }
        return groups.flatMap { group in
            let sorted = group.sorted { ($0.begin["part"] ?? 0) < ($1.begin["part"] ?? 0) }
            let runs = areWhole(sorted) ? [sorted] : group.map { [$0] }
            return runs.map { TextFile(form: .yEnc($0), name: $0[0].name) }
        }
    }

    /// The parts follow each other from the first byte to the last.
    private static func areWhole(_ parts: [YEncBlock]) -> Bool {
        if let total = parts[0].begin["total"], total != parts.count { return false }
        var next = 1
        for (index, block) in parts.enumerated() {
            guard block.begin["part"] == index + 1, block.part["begin"] == next, let end = block.part["end"],
                end >= next, end < Int.max
            else { return false }
            next = end + 1
        }
        return parts[0].begin["size"] == next - 1
    }

    /// All bytes of the file are there, and their checksums are true.
    static func isWhole(_ blocks: [YEncBlock], in bytes: Bytes) -> Bool {
        var all = CRC32()
        var count = 0
        for block in blocks {
            let content = decode(bytes[part: block.range])
            var sum = CRC32()
            content.withUnsafeBufferPointer {
                sum.add($0)
                all.add($0)
            }
            count += content.count
            let isPart = block.begin["part"] != nil
            if let size = block.end["size"], size != content.count { return false }
            if let wanted = block.end[isPart ? "pcrc32" : "crc32"], wanted != Int(sum.value) { return false }
        }
        if let size = blocks[0].begin["size"], size != count { return false }
        let said = blocks.lazy.compactMap { $0.end["crc32"] }.last
        return said.map { $0 == Int(all.value) } ?? true
    }

    // MARK: Bytes

    static func decode(_ lines: Bytes) -> [UInt8] {
        var out: [UInt8] = []
        let first = TextLine(lines, at: 0).next
        var place = first
        while place < lines.count {
            let line = TextLine(lines, at: place)
            let isPartLine = place == first && line.content.hasPrefix("=ypart ")
            place = line.next
            if isPartLine { continue }
            if line.content.hasPrefix("=yend") { break }
            decodeLine(line.content, into: &out)
        }
        return out
    }

    private static func decodeLine(_ line: Bytes, into out: inout [UInt8]) {
        var isEscaped = false
        // A transport may have doubled a dot at the start of a line.
        for byte in line.hasPrefix("..") ? line[part: 1..<line.count] : line {
            if byte == 0x3D, !isEscaped {
                isEscaped = true
                continue
            }
            out.append(byte &- 42 &- (isEscaped ? 64 : 0))
            isEscaped = false
        }
    }

    // MARK: Lines

    /// The name is all behind `name=`, blanks inside included.
    private static func beginning(_ line: Bytes) -> (numbers: [String: Int], name: String?) {
        guard line.count < 1000 else { return ([:], nil) }
        let mark = Array(" name=".utf8)
        let place = (0..<line.count).first { line[part: $0..<line.count].starts(with: mark) }
        guard let place else { return (numbers(in: line), nil) }
        let name = decodedHeader(line[part: place + mark.count..<line.count].trimmed(), charset: nil)
        return (numbers(in: line[part: 0..<place]), name.isEmpty ? nil : name)
    }

    /// `=yend size=5 crc32=ded29f4f`; checksums are hexadecimal.
    private static func numbers(in line: Bytes) -> [String: Int] {
        guard line.count < 1000 else { return [:] }
        var found: [String: Int] = [:]
        for word in String(line).split(separator: " ") {
            let halves = word.split(separator: "=")
            guard halves.count == 2 else { continue }
            let name = halves[0].lowercased()
            let number = name.hasSuffix("crc32") ? UInt32(halves[1], radix: 16).map { Int($0) } : Int(halves[1])
            if let number { found[name] = number }
        }
        return found
    }
}
