// SPDX-License-Identifier: Apache-2.0

/// A look over a template before the library sees it: are its sections paired, its size bounded, its tags allowed?
struct TemplateSurvey {
    /// The bytes of the longest section, its tags included.
    private(set) var longestSection = 0

    private struct Section {
        let name: Substring
        let line: Int
        let start: String.Index
    }

    private let source: String
    private let limits: TemplateLimits
    private var sections: [Section] = []
    private var line = 1

    init(of source: String, limits: TemplateLimits) throws(TemplateError) {
        guard source.utf8.count <= limits.templateBytes else {
            throw TemplateError(
                code: .templateTooLarge, line: nil,
                said: "the template is longer than \(limits.templateBytes) bytes; make it shorter.")
        }
        self.source = source
        self.limits = limits
        try survey()
    }

    private mutating func survey() throws(TemplateError) {
        var position = source.startIndex
        while let start = source[position...].firstIndex(of: "{{") {
            line += source[position..<start].lineBreaks
            let inside = source.index(start, offsetBy: 2)
            let isTriple = source[inside...].first == "{"
            guard let end = source[inside...].firstIndex(of: isTriple ? "}}}" : "}}") else {
                throw TemplateError(code: .tagMalformed, line: line, said: "a tag is opened by “{{” and never closed.")
            }
            position = source.index(end, offsetBy: isTriple ? 3 : 2)
            try check(source[inside..<end], from: start, to: position)
            line += source[start..<position].lineBreaks
        }
        if let section = sections.last {
            throw TemplateError(
                code: .sectionNotClosed, line: section.line,
                said: "the section “\(section.name)” is never closed; write {{/\(section.name)}} at its end.")
        }
    }

    private mutating func check(
        _ tag: Substring, from start: String.Index, to end: String.Index
    ) throws(TemplateError) {
        let name = tag.dropFirst().trimmingSpaces
        switch tag.first {
        case "#", "^":
            sections.append(Section(name: name, line: line, start: start))
            guard sections.count <= limits.sectionDepth else {
                throw TemplateError(
                    code: .sectionsTooDeep, line: line,
                    said: "sections are nested deeper than \(limits.sectionDepth); take some apart.")
            }
        case "/":
            guard let section = sections.popLast() else {
                throw TemplateError(
                    code: .sectionNotOpen, line: line,
                    said: "the section “\(name)” is closed but was never opened.")
            }
            guard section.name == name else {
                throw TemplateError(
                    code: .sectionNotOpen, line: line,
                    said: "“\(name)” is closed here, but the open section is “\(section.name)” of line \(section.line)."
                )
            }
            longestSection = max(longestSection, source[section.start..<end].utf8.count)
        case ">", "<", "$":
            throw TemplateError(
                code: .partialRefused, line: line,
                said: "a template cannot take in another one; write its text here.")
        case "=", "%":
            throw TemplateError(
                code: .settingRefused, line: line,
                said: "delimiters and settings cannot be changed inside of a template.")
        default: return
        }
    }
}

extension Substring {
    fileprivate var lineBreaks: Int { count(where: \.isNewline) }

    fileprivate var trimmingSpaces: Substring {
        let start = drop(while: \.isWhitespace)
        guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return start[...last]
    }

    /// Where the text begins that is looked for.
    fileprivate func firstIndex(of text: String) -> Index? {
        let first = text.utf8.first
        var position = startIndex
        while let found = utf8[position...].firstIndex(where: { $0 == first }) {
            if self[found...].utf8.starts(with: text.utf8) { return found }
            position = utf8.index(after: found)
        }
        return nil
    }
}
