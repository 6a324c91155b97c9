// SPDX-License-Identifier: Apache-2.0

/// One line of a body as the trimmer looks at it.
struct TrimLine {
    /// Without quote marks, space at the ends and marks that do not show; spaces of all kinds are plain ones.
    let text: String
    /// Stands behind `>` marks or in an element that quotes.
    let isQuoted: Bool
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
        folded = text.utf8.count <= 600 ? text.lowercased() : ""
    }
}
