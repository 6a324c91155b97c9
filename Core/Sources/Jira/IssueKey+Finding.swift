// SPDX-License-Identifier: Apache-2.0

extension IssueKey {
    /// The keys in a subject or a text, each once, in order of appearance; at most 50.
    ///
    /// A key is upper case and stands as a word of its own: `Re: ABC-123: printer`, `(ABC-123)`, `/browse/ABC-123`.
    /// Alone in brackets it may be in any case: `[abc-123]`, `(abc-123)`.
    ///
    /// - Parameter projects: Where the projects are known, only their keys are found, and a key may then run on
    ///   (`ABC-123-printer`, `ABC-123.5`). Without them that is taken for another name (`ISO-2022-JP`, `HTTP-1.1`), and
    ///   `UTF-8` is found: whoever asks Jira for it learns that there is no such issue.
    public static func all(in text: String, of projects: Set<ProjectKey>? = nil) -> [IssueKey] {
        var search = KeySearch(Array(text.unicodeScalars), projects)
        return search.run()
    }
}

private struct KeySearch {
    private static let most = 50
    private static let longest = 255

    private let scalars: [Unicode.Scalar]
    private let projects: Set<ProjectKey>?
    private var found: [IssueKey] = []

    init(_ scalars: [Unicode.Scalar], _ projects: Set<ProjectKey>?) {
        self.scalars = scalars
        self.projects = projects
    }

    /// Looks at each dash once and reads outwards from it.
    mutating func run() -> [IssueKey] {
        for dash in scalars.indices where scalars[dash] == "-" && found.count < Self.most {
            let letters = run(before: dash) { isLetterOfKey($0) }
            let digits = run(after: dash) { $0.isASCII && isDigit(UInt8($0.value)) }
            guard !letters.isEmpty, !digits.isEmpty, let key = key(letters, digits), !found.contains(key) else {
                continue
            }
            found.append(key)
        }
        return found
    }

    private func key(_ letters: Range<Int>, _ digits: Range<Int>) -> IssueKey? {
        let before = letters.lowerBound > 0 ? scalars[letters.lowerBound - 1] : nil
        let after = digits.upperBound < scalars.count ? scalars[digits.upperBound] : nil
        if let before, joins(before) || before == "-" && joins(scalar(at: letters.lowerBound - 2)) { return nil }
        if let after, joins(after) { return nil }
        let isBracketed = before == "[" && after == "]" || before == "(" && after == ")"
        let written = text(letters) + "-" + text(digits)
        guard let key = IssueKey(isBracketed ? written.uppercased() : written) else { return nil }
        if let projects { return projects.contains(key.project) ? key : nil }
        return runsOn(after, digits.upperBound + 1) ? nil : key
    }

    /// `-printer` or `.5` behind the number.
    private func runsOn(_ after: Unicode.Scalar?, _ next: Int) -> Bool {
        guard let after, after == "-" || after == ".", let next = scalar(at: next) else { return false }
        return after == "-" ? joins(next) : next.isASCII && isDigit(UInt8(next.value))
    }

    private func scalar(at index: Int) -> Unicode.Scalar? {
        scalars.indices.contains(index) ? scalars[index] : nil
    }

    private func text(_ range: Range<Int>) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars[range])
        return String(view)
    }

    private func run(before end: Int, while belongs: (Unicode.Scalar) -> Bool) -> Range<Int> {
        var start = end
        while start > 0, end - start < Self.longest, belongs(scalars[start - 1]) { start -= 1 }
        return start..<end
    }

    private func run(after dash: Int, while belongs: (Unicode.Scalar) -> Bool) -> Range<Int> {
        var end = dash + 1
        while end < scalars.count, end - dash <= Self.longest, belongs(scalars[end]) { end += 1 }
        return dash + 1..<end
    }
}

private func isLetterOfKey(_ scalar: Unicode.Scalar) -> Bool {
    guard scalar.isASCII else { return false }
    let byte = UInt8(scalar.value)
    return isUpper(byte & ~0x20) || isDigit(byte) || byte == UInt8(ascii: "_")
}

/// Makes one word with the letters of a key beside it. Scripts written without spaces between words do not: `件ABC-1の`.
private func joins(_ scalar: Unicode.Scalar?) -> Bool {
    guard let scalar else { return false }
    if scalar.isASCII { return isLetterOfKey(scalar) }
    return scalar.value < 0x530 && scalar.properties.isAlphabetic
}
