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
    /// Bytes of the line with its quote marks: tells a line that a program broke from one that ended.
    let length: Int

    var isBlank: Bool { text.isEmpty }

    init(_ raw: some StringProtocol, isQuoted: Bool = false, mark: Mark? = nil) {
        var rest = raw.unicodeScalars[...].drop { $0.properties.isWhitespace }
        var quoted = isQuoted
        while let first = rest.first, first == ">" {
            quoted = true
            rest = rest.dropFirst().drop { $0.properties.isWhitespace }
        }
        var scalars = String.UnicodeScalarView()
        for scalar in rest {
            switch scalar.value {
            case 0xA0, 0x2007, 0x202F, 0x3000, 0x09: scalars.append(" ")
            case 0x200B...0x200F, 0x202A...0x202E, 0x2066...0x2069, 0xFEFF, 0x0D, 0xAD: continue
            default: scalars.append(scalar)
            }
        }
        let text = String(String(scalars).trimmed)
        self.text = text
        self.isQuoted = quoted
        self.mark = mark
        folded = text.utf8.count <= 600 ? text.folded : ""
        length = raw.utf8.count
    }
}

extension String {
    /// In lower case; the Turkish `İ`, which becomes two scalars then, as a plain `i`.
    fileprivate var folded: String {
        let lowered = lowercased()
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
