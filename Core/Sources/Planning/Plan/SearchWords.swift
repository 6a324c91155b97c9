// SPDX-License-Identifier: Apache-2.0

import Foundation
public import Jira

/// The words by which a record is found: of its subject, and the keys of its issues.
///
/// A word is a run of two or more letters and digits, without case, width and accents. Of scripts that put no blank between
/// words each pair of neighbours is one. A key of an issue is one word: `sup-12`.
public enum SearchWords {
    /// So many of one record count, the keys first; and so many of what somebody looks for.
    public static let most = 24

    /// Of a record: each once.
    public static func of(_ texts: [String], leadingTo issues: [IssueKey] = []) -> [String] {
        let keys = (issues + texts.flatMap(keys)).map { $0.rawValue.lowercased() }
        var found = OrderedWords(keys, most: most)
        for text in texts where !found.isFull { found.add(of: folded(text)) }
        return found.words
    }

    /// Of what somebody looks for, of which a record must have all. A key is looked for as a whole.
    public static func sought(_ text: String) -> [String] {
        let keys = keys(in: text).map { $0.rawValue.lowercased() }
        var found = OrderedWords(keys, most: most)
        found.add(of: keys.reduce(folded(text)) { $0.replacing($1, with: " ") })
        return found.words
    }

    private static func keys(in text: String) -> [IssueKey] { IssueKey.all(in: text.uppercased()) }

    /// As all ways to write it become one.
    private static func folded(_ text: String) -> String {
        var out = String.UnicodeScalarView()
        // A subject that is longer than Jira's has its words all the same.
        for scalar in text.prefix(2_000).decomposedStringWithCompatibilityMapping.unicodeScalars {
            let properties = scalar.properties
            if properties.isDefaultIgnorableCodePoint || isAccent(properties.canonicalCombiningClass) { continue }
            out.append(contentsOf: (likenesses[scalar] ?? properties.lowercaseMapping).unicodeScalars)
        }
        return String(out).precomposedStringWithCanonicalMapping
    }

    /// Points of Hebrew and Arabic, and accents. Other marks are letters of their own, as those of Thai, of India, and of kana.
    private static func isAccent(_ place: Unicode.CanonicalCombiningClass) -> Bool {
        (10...36).contains(place.rawValue) || (200...240).contains(place.rawValue)
    }

    /// Letters that are written without their stroke or as two, and do not come apart by Unicode's tables.
    private static let likenesses: [Unicode.Scalar: String] = [
        "ß": "ss", "ẞ": "ss", "æ": "ae", "Æ": "ae", "œ": "oe", "Œ": "oe", "ø": "o", "Ø": "o", "ł": "l", "Ł": "l",
        "đ": "d", "Đ": "d", "ı": "i", "ς": "σ",
    ]
}

/// Words in their order, each once.
private struct OrderedWords {
    private(set) var words: [String] = []
    private var known: Set<String> = []
    private let most: Int

    init(_ words: [String], most: Int) {
        self.most = most
        for word in words { add(word) }
    }

    var isFull: Bool { words.count >= most }

    mutating func add(_ word: String) {
        if !isFull, known.insert(word).inserted { words.append(word) }
    }

    mutating func add(of text: String) {
        var run: [Unicode.Scalar] = []
        var isSpaced = true
        for scalar in text.unicodeScalars where !isFull {
            let belongs = isOfWord(scalar)
            // A mark goes with the letter that it is on.
            if belongs, !run.isEmpty, isMark(scalar) || hasSpaces(scalar) == isSpaced {
                run.append(scalar)
                continue
            }
            end(run, isSpaced)
            run = belongs ? [scalar] : []
            isSpaced = hasSpaces(scalar)
        }
        end(run, isSpaced)
    }

    private mutating func end(_ run: [Unicode.Scalar], _ isSpaced: Bool) {
        guard run.count > 1 else { return }
        if isSpaced { return add(text(run[...])) }
        for start in run.indices.dropLast() { add(text(run[start...start + 1])) }
    }

    private func text(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return String(view)
    }
}

private func isOfWord(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII { return isLetterOrDigit(scalar) }
    return scalar.properties.isAlphabetic || scalar.properties.numericType != nil || isMark(scalar)
}

private func isLetterOrDigit(_ ascii: Unicode.Scalar) -> Bool {
    ("a"..."z").contains(ascii) || ("A"..."Z").contains(ascii) || ("0"..."9").contains(ascii)
}

private func isMark(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .spacingMark: true
    default: false
    }
}

/// False of Thai, Lao, Burmese, Khmer, Korean (whose particles join the word before), Japanese and Chinese.
private func hasSpaces(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x0E00...0x0EFF, 0x1000...0x109F, 0x1100...0x11FF, 0x1780...0x17FF, 0x3005...0x3007, 0x3040...0x318F,
        0x31A0...0x31FF, 0x3400...0x9FFF, 0xAC00...0xD7FF, 0xF900...0xFAFF, 0x20000...0x3FFFF:
        false
    default: true
    }
}
