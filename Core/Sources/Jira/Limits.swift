// SPDX-License-Identifier: Apache-2.0

/// What Jira Cloud refuses when there is more of it. Lengths are in UTF-16 units, as Jira counts.
public enum Limits {
    /// "Summary can't exceed 255 characters."
    public static let summary = 255

    /// "The entered text is too long. It exceeds the allowed limit of 32,767 characters."
    public static let text = 32_767

    /// How much text to send. Below `text`, since what Jira counts of an Atlassian document is not documented and texts
    /// a little below the limit have been refused.
    public static let safeText = 30_000

    /// Bytes of an Atlassian document to send; one of 1,048,576 has been refused.
    public static let document = 1_000_000

    /// Of an entity property's value, as JSON.
    public static let property = 32_768

    /// Files in one upload.
    public static let filesPerUpload = 60

    /// The length that Jira sees.
    public static func length(of text: some StringProtocol) -> Int {
        text.utf16.count
    }

    /// The longest start of a text that is within a length. Whole characters only.
    public static func start(of text: some StringProtocol, within length: Int) -> String {
        guard text.utf16.count > length else { return String(text) }
        var left = length
        return String(
            text.prefix { character in
                left -= character.utf16.count
                return left >= 0
            })
    }
}

/// Jira's complaint about a text: "The entered text is too long. It exceeds the allowed limit of 10,000 characters."
///
/// Data Center takes as much as its administrators set, and Jira complains in the language of the account: what counts is
/// that a number stands in it.
public struct TextTooLong: Hashable, Sendable {
    /// How many characters the site says that it takes.
    public let stated: Int

    /// - Parameter complaint: About a field that holds a text.
    public init?(_ complaint: String) {
        var digits = ""
        for character in complaint + " " {
            if character.isASCII, character.isNumber {
                digits.append(character)
            } else if digits.count >= 3, !Self.separators.contains(character) {
                break
            } else if !Self.separators.contains(character) {
                digits = ""
            }
        }
        guard digits.count >= 3, let stated = Int(digits) else { return nil }
        self.stated = stated
    }

    /// What stands between the thousands in one language or another.
    private static let separators: Set<Character> = [",", ".", "'", "\u{2019}", "\u{a0}", "\u{202f}"]

    /// How much to send after so much was refused: as far below what is stated as is usual. Where that was kept already,
    /// Jira counts otherwise than we do, and the half must do for this one text.
    ///
    /// - Returns: Nothing where it would be too little to be of use.
    public func limit(after refused: Int) -> (characters: Int, isOfSite: Bool)? {
        let safe = stated > Limits.text ? refused : stated * Limits.safeText / Limits.text
        let isOfSite = safe < refused
        let characters = isOfSite ? safe : refused / 2
        return characters >= 200 ? (characters, isOfSite) : nil
    }
}

/// A summary that Jira takes: one line, not empty, at most 255 characters.
public struct Summary: Hashable, Codable, Sendable, CustomStringConvertible {
    public let rawValue: String

    /// Whether the text was cut to fit. It then ends with `…`.
    public let isShortened: Bool

    /// Line ends, tabs and other control characters become one space each run. Nothing, if nothing is left.
    public init?(fitting text: String) {
        let words = text.unicodeScalars.split { isBlank($0) }.map { String(Substring.UnicodeScalarView($0)) }
        guard !words.isEmpty else { return nil }
        let line = words.joined(separator: " ")
        isShortened = Limits.length(of: line) > Limits.summary
        rawValue = isShortened ? Limits.start(of: line, within: Limits.summary - 1) + "…" : line
    }

    public var description: String { rawValue }
}

/// White space and what does not print. Joiners of scripts and emoji are left alone.
private func isBlank(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator, .spaceSeparator: true
    default: scalar.value == 0xfeff || scalar.value == 0x200b
    }
}
