// SPDX-License-Identifier: Apache-2.0

import Markup
import Testing

@Suite("A document written as wiki markup")
struct WikiTests {
    static let blocks: [(String, Block, String)] = [
        ("paragraph", .paragraph([.text("a"), .hardBreak, .text("b")]), "a\nb"),
        ("heading", .heading(level: 2, [.text("a")]), "h2. a"),
        (
            "nested list",
            .bulletList([
                ListItem([.paragraph([.text("a")]), .orderedList(start: 1, [ListItem([.paragraph([.text("b")])])])]),
                ListItem([.paragraph([.text("c")]), .paragraph([.text("d")])]),
            ]), "* a\n*# b\n* c \\\\ d"
        ),
        (
            "quote", .blockquote([.paragraph([.text("a")]), .blockquote([.paragraph([.text("b")])])]),
            "{quote}\na\n\nb\n{quote}"
        ),
        ("code", .codeBlock("let *a*\n{b}"), "{code}\nlet *a*\n{b}\n{code}"),
        ("code with an end mark", .codeBlock("a {code} b"), "{noformat}\na {code} b\n{noformat}"),
        ("code with both", .codeBlock("{code}\n{noformat}"), "\\{code\\}\n\\{noformat\\}"),
        ("rule", .rule, "----"),
        (
            "table",
            .table([
                TableRow([TableCell([.paragraph([.text("a")])], isHeader: true), TableCell([], isHeader: true)]),
                TableRow([TableCell([.paragraph([.text("b|c"), .hardBreak, .text("d")])]), TableCell([.rule])]),
            ]), "||a|| ||\n|b\\|c \\\\ d| |"
        ),
        ("expand", .expand(title: "old {x}", [.paragraph([.text("a")])]), "{panel:title=old x}\na\n{panel}"),
    ]

    @Test("has Jira's form for each block", arguments: blocks)
    func block(name: String, block: Block, expected: String) {
        #expect(Document(blocks: [block]).wiki == expected)
    }

    static let inlines: [(String, [Inline], String)] = [
        ("marks", [.text("a", Marks([.strong, .em])), .text(" "), .text("b", Marks(.code))], "_*a*_ {{b}}"),
        ("marks in a word", [.text("a"), .text("b", Marks(.strong)), .text("c")], "a{*}b{*}c"),
        ("space in marks", [.text("a"), .text(" b ", Marks(.underline)), .text("c")], "a +b+ c"),
        ("link", [.text("a]b", Marks(link: "https://e.org/x|y z"))], "[a\\]b|https://e.org/x%7Cy%20z]"),
        ("unsafe link", [.text("a", Marks(link: "javascript:x"))], "a"),
        ("colour", [.text("a", Marks(color: "#ff0000"))], "{color:#ff0000}a{color}"),
        ("picture of the mail", [.image(Image(.contentID("1"), alternative: "x"))], "!logo.png!"),
        ("picture that leads", [.image(Image(.contentID("1"), link: "https://e.org"))], "[!logo.png!|https://e.org]"),
        ("picture without a file", [.image(Image(.contentID("2"), alternative: "x"))], "\\[image: x\\]"),
        ("remote picture", [.image(Image(.url("https://e.org/a.png")))], "[image|https://e.org/a.png]"),
    ]

    @Test("has Jira's form for each piece of a line", arguments: inlines)
    func inline(name: String, inlines: [Inline], expected: String) {
        let wiki = Document(blocks: [.paragraph(inlines)]).wiki { $0 == "1" ? "logo.png" : nil }
        #expect(wiki == expected)
    }

    static let texts: [(String, String)] = [
        ("*a* _b_ -c- {code}", "\\*a\\* \\_b\\_ \\-c\\- \\{code\\}"), ("h1. a", "h1\\. a"), ("# a", "\\# a"),
        ("- a", "\\- a"), ("co-author 2026-05-03", "co-author 2026-05-03"), ("a \\ b \\\\", "a &#92; b &#92;&#92;"),
        ("&amp; & &#42;", "&amp;amp; & &amp;#42;"), ("<b>", "&lt;b&gt;"), ("[~ada] !x!", "\\[\\~ada\\] \\!x\\!"),
        (":) ;-) (y)", "\\:) \\;\\-) \\(y)"), ("bq. x", "bq\\. x"), ("----", "\\-\\-\\-\\-"), ("|a|", "\\|a\\|"),
        ("C# at 10:15 (noon)", "C# at 10:15 \\(noon)"),
    ]

    @Test("escapes the text of a person", arguments: texts)
    func escaping(text: String, expected: String) {
        #expect(Document(blocks: [.paragraph([.text(text)])]).wiki == expected)
    }

    /// Reads a line as Jira's renderer does: an escaped sign is plain, and so is an entity.
    private func plain(_ wiki: String) -> (text: String, active: [Character]) {
        var text = ""
        var active: [Character] = []
        var rest = wiki[...]
        let entities = ["&#92;": "\\", "&amp;": "&", "&lt;": "<", "&gt;": ">"]
        while let first = rest.first {
            if let entity = entities.first(where: { rest.hasPrefix($0.key) }) {
                text += entity.value
                rest = rest.dropFirst(entity.key.count)
            } else if first == "\\", let next = rest.dropFirst().first {
                text.append(next)
                rest = rest.dropFirst(2)
            } else {
                if "{}[]|*_+^~!?\\<>".contains(first) { active.append(first) }
                text.append(first)
                rest = rest.dropFirst()
            }
        }
        return (text, active)
    }

    @Test("leaves no mark of a person's text active, and loses none of it")
    func property() {
        let pieces = [
            "*", "_", "-", "{code}", "[", "]", "|", "!", "\\", "&", "amp;", "#92;", "h1. ", "# ", "a", "1", " ", "ü",
            "~", "^", "?", "+", ":)", "<", ">",
        ]
        var chance = Chance(seed: 17)
        for _ in 0..<500 {
            let text = (0..<Int.random(in: 1...12, using: &chance)).compactMap { _ in
                pieces.randomElement(using: &chance)
            }
            .joined()
            let wiki = Document(blocks: [.paragraph([.text("x" + text + "x")])]).wiki
            let read = plain(wiki)
            #expect(read.active == [])
            #expect(read.text == "x" + text + "x")
        }
    }
}

@Suite("A document written as Markdown")
struct MarkdownTests {
    static let documents: [(String, String)] = [
        ("<p>a<br>b</p><p>c</p>", "a  \nb\n\nc"), ("<h2>a</h2>", "## a"),
        ("<ul><li>a<ol start=3><li>b</ol><li>c</ul>", "* a\n  3. b\n* c"),
        ("<blockquote><p>a</p><p>b</p></blockquote>", "> a\n>\n> b"), ("<pre>a ``` b</pre>", "````\na ``` b\n````"),
        ("a<hr>b", "a\n\n---\n\nb"),
        ("<table><tr><th>a<th>b<tr><td>c|d<td>e<br>f</table>", "| a | b |\n| --- | --- |\n| c\\|d | e<br>f |"),
        ("<b>a</b> <i>b</i> <s>c</s> <code>d`e</code>", "**a** _b_ ~~c~~ `` d`e ``"),
        ("x<b>a</b>y", "x<strong>a</strong>y"), ("H<sub>2</sub>O", "H<sub>2</sub>O"),
        ("<a href='https://e.org/(x)'>a</a>", "[a](https://e.org/%28x%29)"), ("https://e.org/", "<https://e.org/>"),
        (
            "<a href='https://e.org'><img src='https://e.org/i.png' alt='x'></a>",
            "[![x](https://e.org/i.png)](https://e.org)"
        ),
        ("<img src='cid:a b' alt='x'>", "![x](<cid:a b>)"),
    ]

    @Test("has the form of CommonMark", arguments: documents)
    func form(html: String, expected: String) {
        #expect(Document(html: html).markdown == expected)
    }

    static let texts: [(String, String)] = [
        ("*a* [b](c) <d> `e`", "\\*a\\* \\[b\\](c) \\<d\\> \\`e\\`"), ("# a", "\\# a"), ("1. a", "1\\. a"),
        ("- a", "\\- a"),
        ("snake_case and _this_", "snake_case and \\_this\\_"), ("a &amp; b & c", "a \\&amp; b & c"),
        ("2026. It", "2026\\. It"),
        ("![x]", "\\!\\[x\\]"), ("===", "\\==="), ("a\\*", "a\\\\\\*"),
    ]

    @Test("escapes the text of a person", arguments: texts)
    func escaping(text: String, expected: String) {
        #expect(Document(blocks: [.paragraph([.text(text)])]).markdown == expected)
    }
}
