// SPDX-License-Identifier: Apache-2.0

/// What a template is filled with.
public enum TemplateValue: Sendable, Equatable, Codable {
    /// Plain words; escaped in HTML. Empty text counts as false in a section.
    case text(String)
    /// HTML that is safe already; in a text template it is written as it stands.
    case html(String)
    case flag(Bool)
    /// A section is rendered once for each element.
    case list([TemplateValue])
    case map([String: TemplateValue])
}

extension TemplateValue: ExpressibleByStringInterpolation, ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral,
    ExpressibleByDictionaryLiteral
{
    public init(stringLiteral value: String) { self = .text(value) }
    public init(booleanLiteral value: Bool) { self = .flag(value) }
    public init(arrayLiteral elements: TemplateValue...) { self = .list(elements) }
    public init(dictionaryLiteral elements: (String, TemplateValue)...) {
        self = .map(Dictionary(elements, uniquingKeysWith: { $1 }))
    }
}
