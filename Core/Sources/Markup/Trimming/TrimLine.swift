// SPDX-License-Identifier: Apache-2.0

/// One line of a body as the trimmer looks at it.
struct TrimLine {
    /// Without quote marks, space at the ends and marks that do not show; spaces of all kinds are plain ones.
    let text: String
    /// Stands behind `>` marks or in an element that quotes.
    var isQuoted: Bool
    /// What the structure of the HTML says about this line.
    var mark: Mark?

    enum Mark: Equatable {
        /// A quote of this kind begins, and its own lines are known as quoted.
        case quote(Trimmed.Rule)
        /// All that follows is carried along.
        case rest(Trimmed.Rule)
        /// If the words say that a quote begins here, this is the rule to name.
        case hint(Trimmed.Rule)
        case forward
        case signature
    }

    /// Lower case, for comparing; empty when it is too long to be a line that a program wrote.
    let folded: String
    /// What a mail's head line of this form would say: `From: Ada`.
    let label: Phrases.Label?
    /// Bytes of the line with its quote marks: tells a line that a program broke from one that ended.
    let length: Int

    var isBlank: Bool { text.isEmpty }

    init(_ raw: some StringProtocol, isQuoted: Bool = false, mark: Mark? = nil) {
        var rest = Substring(raw).unicodeScalars.drop(while: \.isSpace)
        var quoted = isQuoted
        while let first = rest.first, first == ">" {
            quoted = true
            rest = rest.dropFirst().drop(while: \.isSpace)
        }
        while rest.last?.isSpace ?? false { rest = rest.dropLast() }
        var text = String(Substring(rest))
        if !text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { text = text.withoutHiddenScalars }
        self.text = text
        self.isQuoted = quoted
        self.mark = mark
        folded = text.utf8.count <= 600 ? text.folded : ""
        label = Self.label(of: folded)
        length = raw.utf8.count
    }

    private static func label(of folded: String) -> Phrases.Label? {
        guard folded.utf8.prefix(100).contains(where: { $0 == UInt8(ascii: ":") || $0 == wideColonEnd }) else {
            return nil
        }
        let text = folded.drop { $0 == "*" || $0 == "_" || $0 == " " }
        guard let colon = text.prefix(28).firstIndex(where: { $0 == ":" || $0 == "：" }) else { return nil }
        return Phrases.labels[String(text[..<colon].trimmedOfMarks)]
    }

    /// The last byte of the wide colon of East Asian text.
    private static let wideColonEnd: UInt8 = 0x9A

    /// What the first word would be the label of if a colon stood behind it; only short lines have one.
    var bareLabel: Phrases.Label? {
        guard text.utf8.count <= 120, label == nil else { return nil }
        return Phrases.labels[String(folded.prefix { $0 != " " })]
    }

    // MARK: - What tells most lines apart at once

    var firstByte: UInt8 { text.utf8.first ?? 0 }

    /// With a dash, a star or the like; the long dashes begin with the same byte.
    var beginsWithRule: Bool { "-_*=# ".utf8.contains(firstByte) || firstByte == 0xE2 }

    /// But for marks of quotation or emphasis.
    var endsInColon: Bool {
        let end = text.utf8.reversed().first { !"*_\"'| ".utf8.contains($0) }
        return end == UInt8(ascii: ":") || end == Self.wideColonEnd
    }
}

extension UInt8 {
    var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
}

extension Unicode.Scalar {
    var isSpace: Bool { value < 0x80 ? value == 0x20 || (9...13).contains(value) : properties.isWhitespace }
}

extension String {
    /// Spaces of all kinds plain, marks that do not show left out.
    fileprivate var withoutHiddenScalars: String {
        var scalars = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            switch scalar.value {
            case 0xA0, 0x2007, 0x202F, 0x3000, 0x09: scalars.append(" ")
            case 0x200B...0x200F, 0x202A...0x202E, 0x2066...0x2069, 0xFEFF, 0x0D, 0xAD: continue
            default: scalars.append(scalar)
            }
        }
        return String(String(scalars).trimmed)
    }
}

extension String {
    /// In lower case; the Turkish `İ`, which becomes two scalars then, as a plain `i`.
    fileprivate var folded: String {
        let lowered = lowercased()
        guard lowered.utf8.contains(where: { $0 >= 0x80 }) else { return lowered }
        return lowered.has("\u{307}") ? lowered.replacing("i\u{307}", with: "i") : lowered
    }
}

/// The lines of a plain text, quotes marked by other signs than `>` found as well.
func trimLines(of raw: [Substring]) -> [TrimLine] {
    var lines = raw.map { TrimLine($0) }
    markRuns(of: raw.map(quotingInitials), in: &lines)
    markRuns(of: raw.map(quotingBar), in: &lines)
    markBrokenLines(in: &lines)
    return lines
}

/// `AL> words`: the initials of the person quoted.
private func quotingInitials(_ line: Substring) -> Substring? {
    let initials = line.prefix { $0.isASCII && $0.isUppercase }
    guard (1...4).contains(initials.utf8.count) else { return nil }
    let rest = line[initials.endIndex...]
    guard rest.first == ">" else { return nil }
    return rest.dropFirst().first.map(\.isWhitespace) ?? true ? initials : nil
}

/// `| words`, which is no row of a table.
private func quotingBar(_ line: Substring) -> Substring? {
    guard line.first == "|" else { return nil }
    let inside = line.dropFirst()
    guard inside.first.map(\.isWhitespace) ?? true, !inside.contains("|") else { return nil }
    return line.prefix(1)
}

/// A mark counts where two lines under one another have it.
private func markRuns(of marks: [Substring?], in lines: inout [TrimLine]) {
    for index in marks.indices.dropFirst() {
        guard let mark = marks[index], mark == marks[index - 1] else { continue }
        lines[index - 1].isQuoted = true
        lines[index].isQuoted = true
    }
}

/// A quoted line that was too long and went on in a line without a mark is quoted as a whole.
private func markBrokenLines(in lines: inout [TrimLine]) {
    guard lines.count > 2 else { return }
    var weak: [Int] = []
    var strong: [Int] = []
    for index in 1..<lines.count - 1 {
        let above = lines[index - 1]
        guard !lines[index].isQuoted, !lines[index].isBlank, above.isQuoted, lines[index + 1].isQuoted,
            above.length >= 60, let end = above.text.last
        else { continue }
        if !".?!:;。？！：".contains(end) {
            strong.append(index)
        } else if end == ".", lines[index].text.first?.isLowercase ?? false {
            weak.append(index)
        }
    }
    for index in strong.isEmpty ? [] : strong + weak { lines[index].isQuoted = true }
}
