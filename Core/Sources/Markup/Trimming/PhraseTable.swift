// SPDX-License-Identifier: Apache-2.0

/// Phrases that are looked for together, byte by byte, in one pass over a line.
struct PhraseTable: Sendable, ExpressibleByArrayLiteral {
    /// By their first two bytes: a letter of most scripts.
    private var phrases: [UInt16: [[UInt8]]] = [:]
    private var beginnings = [Bool](repeating: false, count: 256)

    init(arrayLiteral elements: String...) {
        self.init(elements)
    }

    init(_ elements: [String]) {
        for element in elements {
            let bytes = Array(element.utf8)
            precondition(bytes.count >= 2, "a phrase has at least two bytes")
            phrases[Self.key(bytes[0], bytes[1]), default: []].append(bytes)
            beginnings[Int(bytes[0])] = true
        }
    }

    private static func key(_ first: UInt8, _ second: UInt8) -> UInt16 { UInt16(first) << 8 | UInt16(second) }

    /// Whether one of them stands anywhere in the text.
    func isIn(_ text: some StringProtocol) -> Bool {
        withBytes(of: text) { bytes in
            bytes.indices.contains { length(at: $0, in: bytes) != nil }
        }
    }

    /// How often one of them stands in the text, at most twice.
    func count(in text: some StringProtocol) -> Int {
        withBytes(of: text) { bytes in
            bytes.indices.lazy.filter { length(at: $0, in: bytes) != nil }.prefix(2).count
        }
    }

    /// Whether one of them stands in the text as a word or, in scripts without spaces, anywhere.
    func isWordIn(_ text: some StringProtocol) -> Bool {
        withBytes(of: text) { bytes in
            bytes.indices.contains { index in
                guard length(at: index, in: bytes) != nil else { return false }
                // From U+0E00 on letters have three bytes; Thai and what comes behind it part no words.
                let isWordless = bytes[index] >= 0xE0
                return index == 0 || isWordless || !(bytes[index - 1].isLetter || bytes[index - 1] >= 0x80)
            }
        }
    }

    /// How many bytes of the text the longest phrase takes that it begins with; nil when it begins with none.
    func lengthOfBeginning(of text: some StringProtocol) -> Int? {
        withBytes(of: text) { length(at: 0, in: $0) }
    }

    func begins(_ text: some StringProtocol) -> Bool { lengthOfBeginning(of: text) != nil }

    private func length(at index: Int, in bytes: UnsafeBufferPointer<UInt8>) -> Int? {
        guard index + 1 < bytes.count, beginnings[Int(bytes[index])] else { return nil }
        guard let candidates = phrases[Self.key(bytes[index], bytes[index + 1])] else { return nil }
        var longest: Int?
        for phrase in candidates where phrase.count <= bytes.count - index && phrase.count > longest ?? 0 {
            var matched = 2
            while matched < phrase.count, phrase[matched] == bytes[index + matched] { matched += 1 }
            if matched == phrase.count { longest = matched }
        }
        return longest
    }
}

private func withBytes<Value>(
    of text: some StringProtocol, _ body: (UnsafeBufferPointer<UInt8>) -> Value
) -> Value {
    if let value = text.utf8.withContiguousStorageIfAvailable(body) { return value }
    return Array(text.utf8).withUnsafeBufferPointer(body)
}

extension StringProtocol {
    /// Whether a word stands in it, byte by byte.
    func has(_ word: String) -> Bool {
        let word = Array(word.utf8)
        guard let first = word.first else { return true }
        return withBytes(of: self) { bytes in
            guard word.count <= bytes.count else { return false }
            return (0...bytes.count - word.count).contains { index in
                bytes[index] == first && (1..<word.count).allSatisfy { bytes[index + $0] == word[$0] }
            }
        }
    }

    /// Whether it begins with a word, byte by byte.
    func begins(with word: String) -> Bool { utf8.starts(with: word.utf8) }
}
