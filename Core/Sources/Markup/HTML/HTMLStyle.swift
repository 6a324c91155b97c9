// SPDX-License-Identifier: Apache-2.0

/// The declarations of a `style` attribute that mail uses, by lower-case name; the last one of a name counts.
struct HTMLStyle {
    private(set) var declarations: [(name: String, value: String)] = []

    init(_ text: String) {
        for declaration in text.split(separator: ";").prefix(64) {
            guard let colon = declaration.firstIndex(of: ":") else { continue }
            let name = declaration[..<colon].trimmed.lowercased()
            let value = declaration[declaration.index(after: colon)...].trimmed
            declarations.append((name, value.lowercased()))
        }
    }

    subscript(name: String) -> String? {
        declarations.last { $0.name == name }?.value
    }

    /// Whether a reader sees nothing of the element.
    var isHidden: Bool {
        self["display"]?.hasPrefix("none") ?? false || self["visibility"] == "hidden" || self["mso-hide"] == "all"
    }

    /// Whether paragraphs stand line under line, as Outlook writes them.
    var hasNoMargin: Bool {
        let bottom = self["margin-bottom"] ?? self["margin"].map(bottomMargin(of:))
        return bottom.map(isZero) ?? false
    }

    private func bottomMargin(of margin: String) -> String {
        let sides = margin.split(whereSeparator: \.isWhitespace).map(String.init)
        return sides.count > 2 ? sides[2] : sides.first ?? ""
    }

    private func isZero(_ length: String) -> Bool {
        length.prefix { "0123456789.".contains($0) }.allSatisfy { $0 == "0" || $0 == "." } && length.first == "0"
            || length == ".0001pt"
    }
}

/// A colour of HTML or CSS as six hexadecimal digits behind a number sign; nil when it is none that we know.
func htmlColor(_ text: String) -> String? {
    let text = text.lowercased()
    if text.hasPrefix("#") {
        let digits = text.dropFirst()
        guard digits.allSatisfy({ $0.isASCII && $0.isHexDigit }) else { return nil }
        switch digits.count {
        case 6: return text
        case 3: return "#" + digits.map { "\($0)\($0)" }.joined()
        default: return nil
        }
    }
    if text.hasPrefix("rgb") {
        let numbers = text.drop { $0 != "(" }.dropFirst().prefix { $0 != ")" }.split { $0 == "," || $0 == " " }
        let channels = numbers.prefix(3).compactMap { Int($0) }
        guard channels.count == 3, channels.allSatisfy((0...255).contains) else { return nil }
        return "#" + channels.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
    return namedColors[text]
}

private let namedColors = [
    "red": "#ff0000", "green": "#008000", "blue": "#0000ff", "navy": "#000080", "maroon": "#800000",
    "purple": "#800080",
    "teal": "#008080", "olive": "#808000", "orange": "#ffa500", "fuchsia": "#ff00ff", "lime": "#00ff00",
    "aqua": "#00ffff", "yellow": "#ffff00", "crimson": "#dc143c", "darkred": "#8b0000", "darkblue": "#00008b",
    "darkgreen": "#006400", "brown": "#a52a2a", "black": "#000000", "white": "#ffffff", "gray": "#808080",
    "grey": "#808080", "silver": "#c0c0c0", "windowtext": "#000000",
]

extension StringProtocol {
    /// Without white space at both ends.
    var trimmed: SubSequence {
        guard let first = firstIndex(where: { !$0.isWhitespace }), let last = lastIndex(where: { !$0.isWhitespace })
        else { return self[startIndex..<startIndex] }
        return self[first...last]
    }

    var isBlank: Bool {
        // Most texts begin with a letter.
        if let first = utf8.first, first > 0x20, first < 0x7F { return false }
        return allSatisfy(\.isWhitespace)
    }
}
