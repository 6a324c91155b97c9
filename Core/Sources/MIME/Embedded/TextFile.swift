// SPDX-License-Identifier: Apache-2.0

/// A file among the lines of a text.
struct TextFile {
    enum Form {
        /// Its lines, from the first to the last; and whether the last one is there.
        case uuencode(Range<Int>, isEnded: Bool)
        /// In the order of the file, which is not always that of the text.
        case yEnc([YEncBlock])
    }

    var form: Form
    /// As it is written there.
    var name: String?

    /// Where its lines stand.
    var pieces: [Range<Int>] {
        switch form {
        case .uuencode(let range, _): [range]
        case .yEnc(let blocks): blocks.map(\.range)
        }
    }

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
        var blocks: [YEncBlock] = []
        var start = 0
        // Behind a file by yEnc that has no end no other one has.
        var isYEncOver = false
        while start < bytes.count, files.count + blocks.count < most {
            if !isYEncOver, bytes[part: start..<bytes.count].hasPrefix("=ybegin ") {
                if let block = YEncBlock(in: bytes, at: start) {
                    blocks.append(block)
                    start = block.range.upperBound
                    continue
                }
                isYEncOver = true
            }
            if let file = UUFile.file(in: bytes, at: start) {
                files.append(file)
                start = file.pieces[0].upperBound
            } else {
                start = TextLine(bytes, at: start).next
            }
        }
        files += YEncBlock.files(of: blocks)
        return files.sorted { $0.pieces[0].lowerBound < $1.pieces[0].lowerBound }
    }

    /// The text without its files; as it is when they are not so many.
    static func removed(_ count: Int?, from text: String) -> String {
        guard count != 0, mayStand(in: text) else { return text }
        return withBytes(text) { bytes in
            let files = all(in: bytes)
            if let count, count != files.count { return text }
            var out: [UInt8] = []
            var start = 0
            for piece in files.flatMap(\.pieces).sorted(by: { $0.lowerBound < $1.lowerBound }) {
                out.append(contentsOf: bytes[start..<piece.lowerBound])
                start = piece.upperBound
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
