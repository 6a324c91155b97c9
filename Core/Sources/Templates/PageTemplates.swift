// SPDX-License-Identifier: Apache-2.0

import Markup
import Mustache

/// HTML that one of our templates or the sanitizer wrote; it goes into a page as it is.
public struct TrustedHTML: Sendable {
    public let html: String

    public init(html: String) {
        self.html = html
    }
}

/// Pages of a program of ours. What is shown is a plain value, whose stored properties the templates name.
///
/// Every text is escaped here and not by the Mustache library, which compares whole characters and so misses a `<` that another
/// scalar (such as U+0600) has been joined to; only ``TrustedHTML`` is not.
public struct PageTemplates: Sendable {
    private let library: MustacheLibrary

    /// Templates by name. They are part of the program: one that cannot be read is a bug.
    public init(_ templates: [String: String]) {
        library = MustacheLibrary(
            templates: templates.mapValues { try! MustacheTemplate(string: "{{%CONTENT_TYPE: TEXT}}\n" + $0) })
    }

    public func fill(_ template: String, _ model: some Sendable) -> String {
        library.render(escaping(model), withTemplate: template) ?? ""
    }
}

/// The same value with each text escaped.
private func escaping(_ value: Any) -> Any {
    switch value {
    case let text as String: return escapedHTML(text)
    case let html as TrustedHTML: return html.html
    case is Bool, is Int: return value
    default: break
    }
    let mirror = Mirror(reflecting: value)
    switch mirror.displayStyle {
    case .collection: return mirror.children.map { escaping($0.value) }
    case .struct:
        var members: [String: Any] = [:]
        for child in mirror.children {
            guard let name = child.label, let member = present(child.value) else { continue }
            members[name] = escaping(member)
        }
        return members
    default: return escapedHTML("\(value)")
    }
}

private func present(_ value: Any) -> Any? {
    let mirror = Mirror(reflecting: value)
    return mirror.displayStyle == .optional ? mirror.children.first?.value : value
}
