// SPDX-License-Identifier: Apache-2.0

/// What a message shows at one place: the same in plain text, in HTML, or in both.
public struct ShownBody: Sendable, Equatable {
    public var text: String?
    /// Not sanitised.
    public var html: String?

    public init(text: String?, html: String?) {
        self.text = text
        self.html = html
    }
}

extension Message {
    /// All that the message shows, in its order: what stands side by side in a `multipart/mixed` one after the other; of a
    /// `multipart/alternative` the last part that has HTML, with the plain text of the others as its other form.
    ///
    /// Texts are as their writer saw them; see ``text(without:)``.
    public func shownBodies(without unpacked: [Unpacked] = []) -> [ShownBody] {
        let bodies = bodies
        var forms: [Int: BodyForms] = [:]
        for index in bodies.text { forms[index] = BodyForms(text: [index]) }
        for index in bodies.html { forms[index] = BodyForms(html: [index]) }
        return shownForms(of: forms).map { body in
            let texts = body.text.compactMap { text(of: $0, without: unpacked) }
            let pages = body.html.compactMap { parts[$0].text }
            return ShownBody(
                text: texts.isEmpty ? nil : texts.joined(separator: "\n"),
                html: pages.isEmpty ? nil : pages.joined(separator: "\n"))
        }
    }

    /// Parents stand before their children, so that each part is done before the one around it.
    private func shownForms(of forms: [Int: BodyForms]) -> [BodyForms] {
        var inside: [Int: [[BodyForms]]] = [:]
        for index in parts.indices.reversed() {
            let shown = forms[index].map { [$0] } ?? joined(inside[index]?.reversed() ?? [], as: parts[index].type)
            inside[index] = nil
            guard let parent = parts[index].parent else { return shown }
            if !shown.isEmpty { inside[parent, default: []].append(shown) }
        }
        return []
    }

    private func joined(_ children: [[BodyForms]], as type: String) -> [BodyForms] {
        switch type {
        case "multipart/alternative": return alternative(children)
        // Some programs put both forms of the text beside the pictures.
        case "multipart/related" where children.count == 2 && children.allSatisfy({ $0.count == 1 }):
            return alternative(children)
        default: return children.flatMap { $0 }
        }
    }

    private func alternative(_ children: [[BodyForms]]) -> [BodyForms] {
        guard let best = children.lastIndex(where: { $0.contains { !$0.html.isEmpty } }) else {
            return children.flatMap { $0 }
        }
        let others = children[..<best].flatMap { $0 } + children[(best + 1)...].flatMap { $0 }
        let text = others.flatMap(\.text)
        let shown = children[best]
        guard shown.allSatisfy(\.text.isEmpty) else { return shown }
        return [BodyForms(text: text, html: shown.flatMap(\.html))]
    }
}

/// The parts that hold the forms of one body.
private struct BodyForms {
    var text: [Int] = []
    var html: [Int] = []
}
