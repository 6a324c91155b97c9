// SPDX-License-Identifier: Apache-2.0

import Foundation
import Markup

/// What a service answers: XML, of which we read few and flat elements, or JSON.
struct AWSAnswer: Sendable {
    let headers: [(name: String, value: String)]
    let body: [UInt8]

    private var xml: String { String(decoding: body, as: UTF8.self) }

    var xmlFault: (name: String, message: String) { (text(of: "Code") ?? "", text(of: "Message") ?? "") }

    /// The name without the model that it is of: `com.amazonaws.sqs#QueueDoesNotExist`.
    var jsonFault: (name: String, message: String) {
        let json = json
        let name = json["__type"]?.stringValue ?? ""
        return (
            name.split(separator: "#").last.map(String.init) ?? "",
            json["message"]?.stringValue ?? json["Message"]?.stringValue ?? ""
        )
    }

    /// Null where it is none.
    var json: JSONValue { (try? JSONValue(parsing: body)) ?? .null }

    func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name }?.value
    }

    /// What stands in the first element of this name.
    func text(of element: String) -> String? {
        Self.contents(of: element, in: xml[...]).first.map { Self.unescaped($0) }
    }

    /// Each element of this name as it is.
    func elements(_ name: String) -> [Substring] {
        Self.contents(of: name, in: xml[...])
    }

    static func text(of element: String, in xml: Substring) -> String? {
        contents(of: element, in: xml).first.map { unescaped($0) }
    }

    private static func contents(of element: String, in xml: Substring) -> [Substring] {
        var found: [Substring] = []
        var rest = xml
        while let open = rest.range(of: "<\(element)>") {
            let inner = rest[open.upperBound...]
            guard let close = inner.range(of: "</\(element)>") else { break }
            found.append(inner[..<close.lowerBound])
            rest = inner[close.upperBound...]
        }
        return found
    }

    private static func unescaped(_ text: Substring) -> String {
        [
            ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#34;", "\""), ("&apos;", "'"), ("&#39;", "'"),
            ("&amp;", "&"),
        ]
        .reduce(String(text)) { $0.replacing($1.0, with: $1.1) }
    }
}
