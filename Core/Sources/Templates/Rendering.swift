// SPDX-License-Identifier: Apache-2.0

import Markup
import Mustache

/// Counts what a rendering may still give, and ends its loops when that is used up.
final class RenderingBudget {
    private var left: Int
    private let section: Int

    /// `section` is what one turn of the longest loop writes by itself.
    init(bytes: Int, section: Int) {
        left = bytes
        self.section = max(section, 1)
    }

    var isExceeded: Bool { left < 0 }

    func chargeTurn() { left -= section }

    func charge(_ text: String) { left -= text.utf8.count }
}

/// The value as the Mustache library takes it.
func rendered(_ value: TemplateValue, as format: Template.Format, within budget: RenderingBudget) -> Any {
    switch value {
    case .text(let text): return RenderedText(text: text, isMarkup: false, format: format, budget: budget)
    case .html(let html): return RenderedText(text: html, isMarkup: true, format: format, budget: budget)
    case .flag(let flag): return flag
    case .list(let values): return RenderedList(values: values, format: format, budget: budget)
    case .map(let values): return RenderedMap(values: values, format: format, budget: budget)
    }
}

private struct RenderedText: MustacheCustomRenderable, MustacheParent, MustacheTransformable {
    let text: String
    let isMarkup: Bool
    let format: Template.Format
    let budget: RenderingBudget

    var renderText: String {
        guard !budget.isExceeded else { return "" }
        let written = isMarkup || format == .text ? text : escapedHTML(text)
        budget.charge(written)
        return written
    }

    var isNull: Bool { text.isEmpty }

    func child(named: String) -> Any? { nil }

    /// `{{uppercased(name)}}` and its like change the words before they are escaped; HTML is left alone.
    func transform(_ name: String) -> Any? {
        if isMarkup { return name == "empty" ? text.isEmpty : nil }
        switch text.transform(name) {
        case let flag as Bool: return flag
        case let words as String: return with(words)
        case let words as Substring: return with(String(words))
        default: return nil
        }
    }

    private func with(_ words: String) -> RenderedText {
        RenderedText(text: words, isMarkup: false, format: format, budget: budget)
    }
}

private struct RenderedList: MustacheSequence, MustacheParent, MustacheTransformable, MustacheCustomRenderable {
    let values: [TemplateValue]
    let format: Template.Format
    let budget: RenderingBudget

    func makeIterator() -> AnyIterator<Any> {
        var rest = values[...]
        return AnyIterator {
            budget.chargeTurn()
            guard !budget.isExceeded, let next = rest.popFirst() else { return nil }
            return rendered(next, as: format, within: budget)
        }
    }

    var renderText: String { "" }
    var isNull: Bool { values.isEmpty }

    func child(named: String) -> Any? { nil }

    func transform(_ name: String) -> Any? {
        switch name {
        case "first": values.first.map { rendered($0, as: format, within: budget) }
        case "last": values.last.map { rendered($0, as: format, within: budget) }
        case "reversed": RenderedList(values: values.reversed(), format: format, budget: budget)
        case "count": values.count
        case "empty": values.isEmpty
        default: nil
        }
    }
}

private struct RenderedMap: MustacheParent, MustacheCustomRenderable {
    let values: [String: TemplateValue]
    let format: Template.Format
    let budget: RenderingBudget

    var renderText: String { "" }
    var isNull: Bool { false }

    func child(named name: String) -> Any? {
        values[name].map { rendered($0, as: format, within: budget) }
    }
}
