// SPDX-License-Identifier: Apache-2.0

import Foundation
import Markup

/// A text with formatting, as both dialects of REST speak of it.
///
/// Webhooks carry the wiki form even on Cloud. What came as wiki markup is kept as it came; its document has one
/// paragraph for each paragraph of the text, without reading the markup.
struct RichText: Codable, Equatable, Sendable {
    static let limit = 32_767

    let document: JSONValue
    let wiki: String

    init(document: JSONValue) {
        self.document = document
        wiki = wikiMarkup(of: document)
    }

    init(wiki: String) {
        self.wiki = wiki
        let paragraphs = wiki.replacing("\r\n", with: "\n").split(separator: "\n\n")
        document = [
            "type": "doc", "version": .integer(1), "content": .array(paragraphs.map(Self.paragraph)),
        ]
    }

    func value(in dialect: Dialect) -> JSONValue {
        dialect == .v3 ? document : .string(wiki)
    }

    private static func paragraph(_ text: Substring) -> JSONValue {
        let lines = text.split(separator: "\n")
        let nodes = lines.enumerated().flatMap { index, line -> [JSONValue] in
            let node: JSONValue = ["type": "text", "text": .string(String(line))]
            return index == 0 ? [node] : [["type": "hardBreak"], node]
        }
        return ["type": "paragraph", "content": .array(nodes)]
    }

    /// Reads what a request says for a rich text field.
    ///
    /// - Parameters:
    ///   - field: The name under which Jira complains.
    ///   - complaint: What Jira says about something that is no document.
    static func read(_ value: JSONValue, _ dialect: Dialect, field: String, complaint: String) throws -> RichText? {
        if value == .null { return nil }
        let text: RichText
        switch dialect {
        case .v2, .dataCenter:
            guard let wiki = value.stringValue else {
                throw JiraRefusal.badField(field, "Operation value must be a string")
            }
            text = RichText(wiki: wiki)
        case .v3:
            guard isDocument(value) else { throw JiraRefusal.badField(field, complaint) }
            text = RichText(document: value)
        }
        try text.check(limit, dialect, field: field)
        return text
    }

    /// Refuses a text that is longer than a site takes.
    func check(_ limit: Int, _ dialect: Dialect, field: String) throws {
        guard (dialect == .v3 ? plainText(of: document) : wiki).utf16.count > limit else { return }
        let number = limit.formatted(.number.locale(Locale(identifier: "en_US")))
        throw JiraRefusal.badField(
            field, "The entered text is too long. It exceeds the allowed limit of \(number) characters.")
    }
}
