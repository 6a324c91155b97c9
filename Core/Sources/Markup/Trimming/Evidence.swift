// SPDX-License-Identifier: Apache-2.0

/// What in a line speaks for a head that a program wrote.
struct Evidence {
    private(set) var hasYear = false
    private(set) var hasTime = false
    private(set) var hasDate = false
    let hasAddress: Bool

    init(in text: Substring) {
        hasAddress = text.contains("@")
        var scalars = text.unicodeScalars[...]
        var marks: [Unicode.Scalar] = []
        while let start = scalars.firstIndex(where: \.isDecimalDigit) {
            if start > scalars.startIndex { marks = [] }
            let digits = scalars[start...].prefix(while: \.isDecimalDigit)
            scalars = scalars[digits.endIndex...]
            if take(digits, followedBy: scalars, &marks) { scalars = scalars.dropFirst() }
        }
    }

    /// True when a mark that joins the numbers of a date follows.
    private mutating func take(
        _ digits: Substring.UnicodeScalarView, followedBy rest: Substring.UnicodeScalarView,
        _ marks: inout [Unicode.Scalar]
    ) -> Bool {
        let value = digits.prefix(6).reduce(0) { $0 * 10 + Int($1.properties.numericValue ?? 0) }
        // Years of the Buddhist, Persian and Islamic calendars count too.
        let isYear = (1900...2100).contains(value) || (2500...2600).contains(value) || (1300...1500).contains(value)
        if digits.count == 4, isYear { hasYear = true }
        guard let mark = rest.first, rest.dropFirst().first?.isDecimalDigit ?? false else { return false }
        if mark == ":" { hasTime = true }
        guard mark == "." || mark == "/" || mark == "-" else { return false }
        if marks.last == mark { hasDate = true }
        marks.append(mark)
        if mark == ".", digits.count <= 2 { hasTime = hasTime || value < 24 }
        return true
    }
}

extension Unicode.Scalar {
    fileprivate var isDecimalDigit: Bool { properties.numericType == .decimal }
}
