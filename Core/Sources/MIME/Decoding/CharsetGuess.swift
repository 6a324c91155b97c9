// SPDX-License-Identifier: Apache-2.0

/// What 8-bit text without a label is written in, when it is not UTF-8.
///
/// Western text has single letters beyond ASCII among plain ones. Cyrillic and East Asian text has runs of them, and
/// these differ in the bytes they are made of. A guess needs some letters; less text counts as Western.
struct CharsetGuess {
    private static let sampleSize = 8_192
    private static let fewestLetters = 8

    private var letters = 0
    /// Letters in runs of four and more.
    private var inRuns = 0
    private var evenRuns = 0
    private var oddRuns = 0
    /// Of the letters in runs: from 0xC0 on, and from 0xE0 on.
    private var upper = 0
    private var uppermost = 0
    /// Of the pairs in runs, by the first byte: Japanese syllables, and Korean ones.
    private var pairs = 0
    private var kana = 0
    private var hangul = 0

    /// The name of the charset.
    static func name(_ bytes: Bytes) -> String {
        let sample = bytes[part: 0..<min(bytes.count, sampleSize)]
        let guess = CharsetGuess(sample)
        if guess.letters >= fewestLetters, !sample.contains(byte: 0) {
            if guess.inRuns * 10 >= guess.letters * 6, let name = guess.nameByRuns { return name }
            if isShiftJIS(sample) { return "shift_jis" }
            if isBig5(sample) { return "big5" }
        }
        return "windows-1252"
    }

    /// Cyrillic under a Western label: its words are letters without end, which no Western language writes.
    static func cyrillicName(_ bytes: Bytes) -> String? {
        let sample = bytes[part: 0..<min(bytes.count, sampleSize)]
        guard sample.highCount * 4 > sample.count else { return nil }
        let guess = CharsetGuess(sample)
        guard guess.letters >= 2 * fewestLetters, guess.inRuns * 10 >= guess.letters * 8 else { return nil }
        let name = guess.nameByRuns
        return name == "windows-1251" || name == "koi8-r" ? name : nil
    }

    private init(_ bytes: Bytes) {
        var index = 0
        while index < bytes.count {
            let start = index
            while index < bytes.count, bytes[index] >= 0x80 { index += 1 }
            take(bytes[part: start..<index])
            index += 1
        }
    }

    private mutating func take(_ run: Bytes) {
        letters += run.count
        if run.count >= 2 {
            if run.count % 2 == 0 { evenRuns += 1 } else { oddRuns += 1 }
        }
        guard run.count >= 4 else { return }
        inRuns += run.count
        for (place, byte) in run.enumerated() {
            if byte >= 0xC0 { upper += 1 }
            if byte >= 0xE0 { uppermost += 1 }
            guard place % 2 == 0 else { continue }
            pairs += 1
            if byte == 0xA4 || byte == 0xA5 { kana += 1 }
            if (0xB0...0xC8).contains(byte) { hangul += 1 }
        }
    }

    private var nameByRuns: String? {
        // Small letters, which most are, stand high in windows-1251 and low in KOI8-R.
        if upper * 100 >= inRuns * 95 { return uppermost * 2 >= upper ? "windows-1251" : "koi8-r" }
        // The double-byte charsets of Unix fill each run with pairs.
        guard evenRuns * 10 >= (evenRuns + oddRuns) * 9 else { return nil }
        if kana * 4 >= pairs { return "euc-jp" }
        // A few Chinese words may have all their bytes among the Korean ones.
        return pairs >= 12 && hangul * 20 >= pairs * 19 ? "euc-kr" : "gb18030"
    }

    /// All letters are pairs of Shift_JIS, and many of them hiragana and katakana.
    private static func isShiftJIS(_ bytes: Bytes) -> Bool {
        let found = pairs(bytes, leads: [0x81...0x9F, 0xE0...0xFC]) { lead, trail in
            guard (0x40...0xFC).contains(trail), trail != 0x7F else { return nil }
            return lead == 0x82 && (0x9F...0xF1).contains(trail) || lead == 0x83 && trail <= 0x96
        }
        return found.map { $0.all > 3 && $0.typical * 10 >= $0.all * 3 } ?? false
    }

    /// All letters are pairs of Big5, and most of them of the frequent ones.
    private static func isBig5(_ bytes: Bytes) -> Bool {
        let found = pairs(bytes, leads: [0xA1...0xF9]) { lead, trail in
            guard (0x40...0x7E).contains(trail) || (0xA1...0xFE).contains(trail) else { return nil }
            return (0xA4...0xC6).contains(lead)
        }
        return found.map { $0.all > 3 && $0.typical * 10 >= $0.all * 8 } ?? false
    }

    /// Nil when some letter begins no pair; `isTypical` is nil for what is none.
    private static func pairs(
        _ bytes: Bytes, leads: [ClosedRange<UInt8>], isTypical: (UInt8, UInt8) -> Bool?
    ) -> (all: Int, typical: Int)? {
        var (all, typical, index) = (0, 0, 0)
        while index < bytes.count {
            guard bytes[index] >= 0x80 else {
                index += 1
                continue
            }
            // The sample may end inside of a pair.
            guard index + 1 < bytes.count else { break }
            guard leads.contains(where: { $0.contains(bytes[index]) }),
                let isOne = isTypical(bytes[index], bytes[index + 1])
            else { return nil }
            all += 1
            typical += isOne ? 1 : 0
            index += 2
        }
        return (all, typical)
    }
}
