// SPDX-License-Identifier: Apache-2.0

/// Text made ready for looking up phrases: lower case, runs of blanks are one blank, and the codes that a reply of
/// many lines repeats on each are left out.
struct FoldedText {
    /// How far the pieces of a phrase may lie apart.
    private static let reach = 100
    private let bytes: [UInt8]
    /// Which two bytes stand side by side: most phrases are ruled out by their first two.
    private let pairs: [UInt64]

    init(_ text: String, limit: Int = 16_384) {
        var out: [UInt8] = []
        let lowered = Array(String(text.prefix(limit)).lowercased().utf8)
        for word in lowered.split(whereSeparator: { isSpace($0) }) {
            let word = FoldedText.withoutContinuation(word)
            if word.isEmpty { continue }
            if !out.isEmpty { out.append(0x20) }
            out.append(contentsOf: word)
        }
        bytes = out
        var pairs = [UInt64](repeating: 0, count: 1024)
        for (first, second) in zip(out, out.dropFirst()) {
            let pair = Int(first) << 8 | Int(second)
            pairs[pair >> 6] |= 1 << UInt64(pair & 63)
        }
        self.pairs = pairs
    }

    var isEmpty: Bool { bytes.isEmpty }

    /// `550-5.1.1` and the `550-` of `550-Your` go; they stand inside of sentences.
    private static func withoutContinuation(_ word: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        guard word.count >= 4, word.prefix(3).allSatisfy({ $0 &- 48 < 10 }), word[word.startIndex + 3] == 0x2D else {
            return word
        }
        let rest = word.dropFirst(4)
        let isStatus = rest.allSatisfy { $0 &- 48 < 10 || $0 == 0x2E }
        return isStatus ? [] : rest
    }

    /// `mailbox*full` means both words in this order, not far apart. A piece begins where a word begins.
    func contains(_ phrase: String) -> Bool {
        var phrase = phrase
        return phrase.withUTF8 { phrase in
            let pieces = phrase.split(separator: 0x2A)
            guard let first = pieces.first else { return false }
            var start = 0
            while let found = place(of: Bytes(rebasing: first), from: start, before: bytes.count) {
                if follow(pieces.dropFirst(), from: found + first.count) { return true }
                if pieces.count == 1 { return true }
                start = found + 1
            }
            return false
        }
    }

    /// Where a phrase of one piece stands first.
    func place(of phrase: String) -> Int? { withBytes(phrase) { place(of: $0, from: 0, before: bytes.count) } }

    func text(before place: Int) -> String { String(decoding: bytes[..<place], as: UTF8.self) }

    private func follow(_ pieces: ArraySlice<Slice<Bytes>>, from start: Int) -> Bool {
        var start = start
        for piece in pieces {
            let piece = Bytes(rebasing: piece)
            let end = min(bytes.count, start + FoldedText.reach + piece.count)
            guard let found = place(of: piece, from: start, before: end) else { return false }
            start = found + piece.count
        }
        return true
    }

    private func place(of piece: Bytes, from start: Int, before end: Int) -> Int? {
        guard let first = piece.first, piece.count < 2 || hasPair(first, piece[1]) else { return nil }
        return bytes.withUnsafeBufferPointer { text in
            let text = text[part: 0..<end]
            var index = start
            while let found = text.index(of: first, from: index), found + piece.count <= end {
                let isWordStart = found == 0 || !isWordByte(first) || !isWordByte(text[found - 1])
                if isWordStart, text[part: found..<found + piece.count].isEqual(piece) { return found }
                index = found + 1
            }
            return nil
        }
    }

    private func hasPair(_ first: UInt8, _ second: UInt8) -> Bool {
        let pair = Int(first) << 8 | Int(second)
        return pairs[pair >> 6] & (1 << UInt64(pair & 63)) != 0
    }
}

/// A letter or digit of ASCII, in lower case.
private func isWordByte(_ byte: UInt8) -> Bool { byte &- 97 < 26 || byte &- 48 < 10 }
