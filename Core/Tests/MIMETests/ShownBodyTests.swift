// SPDX-License-Identifier: Apache-2.0

import MIME
import Testing

@Suite("What a message shows")
struct ShownBodyTests {
    /// A part: its type, and its text or its parts.
    private indirect enum Tree {
        case leaf(String, String)
        case group(String, [Tree])
    }

    private func written(_ tree: Tree, _ name: String = "b") -> String {
        switch tree {
        case .leaf(let type, let text): return "Content-Type: \(type)\n\n\(text)"
        case .group(let kind, let parts):
            let inside = parts.enumerated().map { "--\(name)\n\(written($1, "\(name)\($0)"))\n" }.joined()
            return "Content-Type: multipart/\(kind); boundary=\(name)\n\n\(inside)--\(name)--\n"
        }
    }

    private func shown(_ tree: Tree) -> [String] {
        parse(Array("MIME-Version: 1.0\n\(written(tree))".utf8)).shownBodies().map { body in
            "\(body.text ?? "-")|\(body.html ?? "-")"
        }
    }

    private let text = Tree.leaf("text/plain", "t")
    private let html = Tree.leaf("text/html", "h")
    private let picture = Tree.leaf("image/png", "x")

    @Test("is one body in two forms")
    func forms() {
        #expect(shown(text) == ["t|-"])
        #expect(shown(html) == ["-|h"])
        #expect(shown(.group("alternative", [text, html])) == ["t|h"])
        #expect(shown(.group("alternative", [text, .group("related", [html, picture])])) == ["t|h"])
        #expect(shown(.group("related", [.group("alternative", [text, html]), picture])) == ["t|h"])
        #expect(shown(.group("related", [text, html, picture])) == ["t|h"])
    }

    @Test("is every text that stands beside another, in its order")
    func order() {
        #expect(shown(.group("mixed", [text, html])) == ["t|-", "-|h"])
        #expect(shown(.group("mixed", [html, picture, text])) == ["-|h", "t|-"])
        let footer = Tree.leaf("text/plain", "f")
        #expect(shown(.group("mixed", [.group("alternative", [text, html]), footer])) == ["t|h", "f|-"])
        #expect(shown(.group("mixed", [text, .group("mixed", [footer, html])])) == ["t|-", "f|-", "-|h"])
    }

    @Test("is of alternatives the one with HTML, whole")
    func alternatives() {
        let second = Tree.leaf("text/html", "g")
        #expect(shown(.group("alternative", [text, .group("mixed", [html, picture, second])])) == ["t|h\ng"])
        let footer = Tree.leaf("text/plain", "f")
        #expect(shown(.group("alternative", [text, .group("mixed", [html, footer])])) == ["-|h", "f|-"])
        #expect(shown(.group("alternative", [text, footer])) == ["t|-", "f|-"])
    }

    @Test("is nothing of files, of messages inside and of an empty message")
    func nothing() {
        #expect(shown(picture) == [])
        #expect(shown(.group("mixed", [.leaf("message/rfc822", "Subject: x\n\ninside"), text])) == ["t|-"])
        #expect(shown(.group("mixed", [])) == [])
    }
}
