// SPDX-License-Identifier: Apache-2.0

import Markup
import Testing

@Suite("A document written")
struct WritingTests {
    static let nasty = "<script>alert(\"1\")</script>&'`"

    @Test("as HTML escapes every word and address")
    func htmlEscapes() {
        let document = Document(blocks: [
            .paragraph([
                .text(Self.nasty, Marks([.strong, .code], link: "https://e.org/\"><script>", color: "\"><b>")),
                .hardBreak,
                .image(Image(.contentID("\"onerror=x"), alternative: "<i>")),
            ]), .codeBlock("</pre>"), .expand(title: "<t>", [.rule]),
        ])
        let escaped = "&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;&#39;&#96;"
        #expect(
            document.html
                == "<p><a href=\"https://e.org/&quot;&gt;&lt;script&gt;\" rel=\"noopener noreferrer nofollow\">"
                + "<span style=\"color: &quot;&gt;&lt;b&gt;\"><strong><code>\(escaped)</code></strong></span></a><br>"
                + "<img src=\"cid:&quot;onerror=x\" alt=\"&lt;i&gt;\"></p><pre>&lt;/pre&gt;</pre>"
                + "<details><summary>&lt;t&gt;</summary><hr></details>")
    }

    @Test("as HTML loads no remote picture and follows no unsafe link")
    func htmlIsQuiet() {
        let document = Document(blocks: [
            .paragraph([
                .image(Image(.url("https://e.org/pixel.gif"), alternative: "logo")),
                .text("x", Marks(link: "javascript:alert(1)")),
            ])
        ])
        #expect(
            document.html
                == "<p><a href=\"https://e.org/pixel.gif\" rel=\"noopener noreferrer nofollow\">[image: logo]</a>x</p>")
    }

    @Test("as HTML reads back as the same document")
    func htmlRoundTrip() {
        let document = Document(blocks: [
            .heading(level: 2, [.text("T")]),
            .paragraph([.text("a "), .text("b", Marks([.strong, .em])), .text(" c")]),
            .bulletList([
                ListItem([.paragraph([.text("x")]), .orderedList(start: 3, [ListItem([.paragraph([.text("y")])])])])
            ]),
            .blockquote([.paragraph([.text("q")])]), .codeBlock("if a < b {\n}"), .rule,
            .table([TableRow([TableCell([.paragraph([.text("1")])]), TableCell([.paragraph([.text("2")])])])]),
        ])
        #expect(Document(html: document.html) == document)
    }

    @Test("as ADF is a document of version 1")
    func adf() {
        let document = Document(blocks: [
            .paragraph([
                .text("a", Marks(.strong, link: "https://e.org")), .hardBreak, .text("b", Marks(color: "#ff0000")),
            ]),
            .orderedList(start: 3, [ListItem([.heading(level: 1, [.text("h")])])]),
        ])
        let paragraph: JSONValue = [
            "type": "paragraph",
            "content": [
                [
                    "type": "text", "text": "a",
                    "marks": [["type": "link", "attrs": ["href": "https://e.org"]], ["type": "strong"]],
                ],
                ["type": "hardBreak"],
                ["type": "text", "text": "b", "marks": [["type": "textColor", "attrs": ["color": "#ff0000"]]]],
            ],
        ]
        let head: JSONValue = ["type": "text", "text": "h", "marks": [["type": "strong"]]]
        let item: JSONValue = ["type": "listItem", "content": [["type": "paragraph", "content": [head]]]]
        let list: JSONValue = ["type": "orderedList", "attrs": ["order": 3], "content": [item]]
        #expect(document.adf == ["version": 1, "type": "doc", "content": [paragraph, list]])
    }

    @Test("as ADF names a picture by the file that it is attached as")
    func adfImages() {
        let document = Document(blocks: [
            .paragraph([
                .image(Image(.contentID("a@b"), alternative: "alt")),
                .image(Image(.contentID("c"), alternative: "alt")),
                .image(Image(.contentID("d"))), .image(Image(.url("https://e.org/x.png"))),
            ])
        ])
        let content = document.adf(namingImages: { $0 == "a@b" ? "plan.png" : nil })["content"]?[0]?["content"]
        let texts = content?.arrayValue?.map { $0["text"]?.stringValue }
        #expect(texts == ["[image: plan.png]", "[image: alt]", "[image]", "[image]"])
        #expect(content?[3]?["marks"]?[0]?["attrs"]?["href"] == "https://e.org/x.png")
    }

    @Test("as ADF holds no character that XML cannot hold, and no unsafe link")
    func adfIsClean() {
        let document = Document(blocks: [
            .paragraph([.text("a\u{0}b\u{1B}c\u{FFFF}d\te", Marks(link: "javascript:x")), .text("\u{0}")])
        ])
        let content = document.adf["content"]?[0]?["content"]
        #expect(content == [["type": "text", "text": "abcd\te"]])
    }

    static let links: [(String, String)] = [
        ("<a href='https://e.org/'>here</a>, please", "here <https://e.org/>, please"),
        ("<a href='https://e.org/'>https://e.org</a>", "https://e.org"),
        ("<a href='mailto:a@e.org'>a@e.org</a>", "a@e.org"),
        ("<a href='https://e.org'><b>a</b> b</a> c", "a b <https://e.org> c"),
        ("<a href='https://e.org'><img src=cid:x alt=logo></a>", "logo <https://e.org>"),
        ("<a href='#top'>up</a>", "up"), ("a <q>b</q>", "a \"b\""), ("<img src=logo.png alt='Our logo'>", "Our logo"),
    ]

    @Test("as text shows where a link leads when it is asked to", arguments: links)
    func linkAddresses(html: String, expected: String) {
        #expect(Document(html: html).text(showingLinks: .labelsAndAddresses) == expected)
    }

    @Test("as text shows what an expand, a list and a table hold")
    func text() {
        let document = Document(blocks: [
            .expand(title: "More", [.paragraph([.text("inside")])]),
            .bulletList([ListItem([]), ListItem([.paragraph([.text("a"), .hardBreak, .text("b")])])]),
            .table([TableRow([TableCell([.paragraph([.text("1")]), .paragraph([.text("2")])]), TableCell([])])]),
        ])
        #expect(document.text == "More\ninside\n\n* \n* a\n  b\n\n1 2\t")
    }
}

@Suite("A document cut to a length")
struct BudgetTests {
    private func paragraph(_ text: String) -> Block { .paragraph([.text(text)]) }

    private func cut(_ blocks: [Block], _ characters: Int, bytes: Int = 1_000_000) -> Cut {
        Document(blocks: blocks).cut(toFit: LengthBudget(characters: characters, bytes: bytes))
    }

    @Test("is whole when it fits, and says so")
    func fits() {
        let blocks = [paragraph("12345"), paragraph("67890")]
        #expect(cut(blocks, 12).document == Document(blocks: blocks))
        #expect(!cut(blocks, 12).isCut)
    }

    @Test("ends at the edge of a block")
    func edge() {
        let cut = cut([paragraph("12345"), paragraph("67890")], 11)
        #expect(cut.isCut)
        #expect(cut.document.blocks == [paragraph("12345")])
    }

    @Test("cuts inside only what cannot fit whole")
    func inside() {
        #expect(cut([paragraph("one two three")], 8).document.text == "one two")
        #expect(cut([paragraph("onetwothree")], 4).document.text == "onet")
        let list = Block.bulletList(["a", "b", "c"].map { ListItem([paragraph($0)]) })
        #expect(cut([list], 9).document.text == "* a")
        #expect(cut([.codeBlock("😀😀😀")], 19).document.blocks == [.codeBlock("😀😀")])
    }

    @Test("counts what wiki markup adds, the names of pictures and the size of ADF")
    func forms() {
        #expect(cut([paragraph("*****")], 10).isCut == false)
        #expect(cut([paragraph("*****")], 9).document.text == "****")
        let image = Document(blocks: [.paragraph([.text("a"), .image(Image(.contentID("x")))])])
        let budget = LengthBudget(characters: 20, bytes: 10_000)
        #expect(!image.cut(toFit: budget).isCut)
        #expect(image.cut(toFit: budget) { _ in "a-long-name-of-a-file.png" }.isCut)
        let marked = (0..<100).map { Inline.text("a", Marks($0 % 2 == 0 ? .strong : .em)) }
        #expect(!cut([.paragraph(marked)], 1_000, bytes: 10_000).isCut)
        #expect(cut([.paragraph(marked)], 1_000, bytes: 1_000).isCut)
    }

    @Test("never is longer than the budget in any form, and never is cut without saying so")
    func property() {
        var chance = Chance(seed: 7)
        for _ in 0..<100 {
            let document = Document(html: (0..<5).map { _ in randomHTML(&chance) }.joined())
            let budget = LengthBudget(characters: Int.random(in: 0...600, using: &chance), bytes: 20_000)
            let name = { (id: String) -> String? in id == "a@b" ? "picture.png" : nil }
            let cut = document.cut(toFit: budget, namingImages: name)
            #expect(cut.isCut || cut.document == document)
            let length = max(
                cut.document.text.utf16.count, cut.document.wiki(namingImages: name).utf16.count,
                adfText(cut.document.adf(namingImages: name)))
            #expect(length <= budget.characters)
            #expect(cut.document.adf(namingImages: name).serialized.count <= budget.bytes + 100)
        }
    }

    private func adfText(_ node: JSONValue) -> Int {
        (node["text"]?.stringValue?.utf16.count ?? 0) + (node["content"]?.arrayValue ?? []).map(adfText).reduce(0, +)
    }
}

@Suite("Marks that a combining scalar follows")
struct ScalarTests {
    @Test("are seen in wiki markup")
    func wiki() {
        #expect(Document(blocks: [.codeBlock("{code}\u{301}")]).wiki == "{noformat}\n{code}\u{301}\n{noformat}")
        let expand = Document(blocks: [.expand(title: "a{\u{301}b}\u{301}", [.paragraph([.text("x")])])])
        #expect(expand.wiki == "{panel:title=a\u{301}b\u{301}}\nx\n{panel}")
        let link = Document(blocks: [.paragraph([.text("a", Marks(link: "https://e.org/]\u{301}|\u{301}"))])])
        #expect(link.wiki == "[a|https://e.org/%5D\u{301}%7C\u{301}]")
        let image = Document(blocks: [.paragraph([.image(Image(.contentID("x")))])])
        #expect(image.wiki { _ in "a!\u{301}.png" } == "\\[image\\]")
        #expect(Document(blocks: [.codeBlock("a\r\n{code}{noformat}\r\nb")]).wiki == "a\n\\{code\\}\\{noformat\\}\nb")
    }

    @Test("are seen in Markdown")
    func markdown() {
        #expect(Document(blocks: [.codeBlock("a ```\u{301} b")]).markdown == "````\na ```\u{301} b\n````")
        #expect(Document(blocks: [.paragraph([.text("`\u{301}", Marks(.code))])]).markdown == "`` `\u{301} ``")
        let quote = Block.blockquote([
            .codeBlock("a\r\nb\rc"), .bulletList([ListItem([.paragraph([.text("\u{301}x")])])]),
        ])
        #expect(Document(blocks: [quote]).markdown == "> ```\n> a\n> b\n> c\n> ```\n>\n> * \u{301}x")
        let link = Document(blocks: [.paragraph([.text("a", Marks(link: "https://e.org/)\u{301}"))])])
        #expect(link.markdown == "[a](https://e.org/%29\u{301})")
    }

    @Test("are seen in plain text, as are lines that end in CR LF")
    func text() {
        let quote = Block.blockquote([.codeBlock("a\r\nb"), .bulletList([ListItem([.paragraph([.text("\u{301}x")])])])])
        #expect(Document(blocks: [quote]).text == "> a\n> b\n> * \u{301}x")
    }

    static let escapes: [(String, String)] = [
        ("\u{600}<b>", "\u{600}&lt;b&gt;"), ("<\u{301}b", "&lt;\u{301}b"), ("\"'`&", "&quot;&#39;&#96;&amp;"),
        ("a\u{0}b\u{1B}c\u{7F}", "a\u{FFFD}b\u{FFFD}c\u{FFFD}"), ("a\tb\nc\r\n", "a\tb\nc\r\n"), ("äß", "äß"), ("", ""),
    ]

    @Test("are escaped in HTML", arguments: escapes)
    func html(text: String, escaped: String) {
        #expect(Array(escapedHTML(text).utf8) == Array(escaped.utf8))
    }
}
