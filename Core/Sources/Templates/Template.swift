// SPDX-License-Identifier: Apache-2.0

import Mustache

/// A text with places to fill in.
public struct Template: Sendable {
    /// What the text is, and so what has to be escaped.
    public enum Format: String, Sendable, Codable {
        case html
        case text
    }

    public let format: Format
    private let limits: TemplateLimits
    private let mustache: MustacheTemplate
    private let longestSection: Int

    /// Takes a template after looking it over; the error says what is wrong and in which line.
    public init(
        parsing source: String, as format: Format, limits: TemplateLimits = .standard
    ) throws(TemplateError) {
        let survey = try TemplateSurvey(of: source, limits: limits)
        self.format = format
        self.limits = limits
        longestSection = survey.longestSection
        do {
            // Our values escape themselves, so that the library must not do it a second time.
            mustache = try MustacheTemplate(string: "{{%CONTENT_TYPE: TEXT}}\n" + source)
        } catch {
            let line = (error as? MustacheTemplate.ParserError).map { max($0.context.lineNumber - 1, 1) }
            throw TemplateError(
                code: .tagMalformed, line: line,
                said: "a tag cannot be read; a tag is two braces, a name of letters, digits, “.”, “-” or “_”, "
                    + "two braces."
            )
        }
    }

    /// Fills the places; a name that the values do not have gives nothing.
    public func render(_ values: TemplateValue) throws(TemplateError) -> String {
        let budget = RenderingBudget(bytes: limits.outputBytes, section: longestSection)
        let output = mustache.render(rendered(values, as: format, within: budget))
        guard !budget.isExceeded, output.utf8.count <= limits.outputBytes else {
            throw TemplateError(
                code: .outputTooLarge, line: nil,
                said: "the text would be longer than \(limits.outputBytes) bytes; show fewer or shorter values.")
        }
        return output
    }
}
