// SPDX-License-Identifier: Apache-2.0

/// Text whose paragraphs may be wrapped anew by who reads it (RFC 3676): a line that ends with a blank goes on.
public enum FlowedText {
    private static let width = 72

    /// Wraps the paragraphs of a text at blanks. Lines that are short, quoted, or end with a blank keep their sense.
    public static func wrapped(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map(wrapped(line:)).joined(separator: "\n")
    }

    /// Joins the lines that go on, and takes the blanks away that were put before others.
    public static func joined(_ text: String, deletesBlank: Bool = false) -> String {
        var out = ""
        var isFirst = true
        /// How deep the paragraph is quoted that goes on; nil when none does.
        var openDepth: Int?
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            let depth = line.prefix { $0 == ">" }.count
            var content = line.dropFirst(depth)
            if content.first == " " { content = content.dropFirst() }
            // The mark of a signature ends with a blank and does not go on.
            let isSignature = content == "-- "
            if openDepth != depth || isSignature {
                out += isFirst ? mark(depth) : "\n" + mark(depth)
                isFirst = false
            }
            let goesOn = content.last == " " && !isSignature
            out += goesOn && deletesBlank ? content.dropLast() : content
            openDepth = goesOn ? depth : nil
        }
        return out
    }

    private static func mark(_ depth: Int) -> String { depth == 0 ? "" : String(repeating: ">", count: depth) + " " }

    private static func wrapped(line: Substring) -> String {
        let depth = line.prefix { $0 == ">" }.count
        let mark = String(repeating: ">", count: depth)
        var rest = line.dropFirst(depth)
        if depth > 0, rest.first == " " { rest = rest.dropFirst() }
        if rest == "-- " { return stuffed(rest, mark: mark) }
        // A blank at the end would join this line with the next.
        while rest.last == " " { rest = rest.dropLast() }
        var lines: [String] = []
        var place = rest.startIndex
        while let end = lineEnd(in: rest[place...], width: max(width - depth, 20)) {
            lines.append(stuffed(rest[place..<end], mark: mark))
            place = end
        }
        lines.append(stuffed(rest[place...], mark: mark))
        return lines.joined(separator: "\n")
    }

    /// Behind the last blank that fits, or behind the first one; nil when all fits or there is none.
    private static func lineEnd(in text: Substring, width: Int) -> Substring.Index? {
        guard let limit = text.index(text.startIndex, offsetBy: width, limitedBy: text.endIndex), limit < text.endIndex
        else { return nil }
        let fitting = text[..<limit].lastIndex(of: " ")
        guard let blank = fitting ?? text[limit...].firstIndex(of: " ") else { return nil }
        let end = text.index(after: blank)
        return end < text.endIndex && text[..<blank].contains(where: { $0 != " " }) ? end : nil
    }

    /// A line that begins with a blank, `>` or `From ` gets a blank before it; so does all that is quoted.
    private static func stuffed(_ line: Substring, mark: String) -> String {
        let isRisky = line.first == " " || line.first == ">" || line.hasPrefix("From ")
        return mark + (isRisky || !mark.isEmpty && !line.isEmpty ? " " : "") + line
    }
}

extension Part {
    /// The text as its writer saw it, where it was wrapped as `format=flowed`; else the text as it is.
    func unwrapped(_ text: String) -> String {
        guard type == "text/plain", contentType.parameters["format"]?.lowercased() == "flowed" else { return text }
        return FlowedText.joined(text, deletesBlank: contentType.parameters["delsp"]?.lowercased() == "yes")
    }
}
