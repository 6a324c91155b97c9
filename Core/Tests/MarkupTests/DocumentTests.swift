// SPDX-License-Identifier: Apache-2.0

import Markup
import Testing

@Suite("A document read from HTML")
struct HTMLReadingTests {
    static let texts: [(String, String)] = [
        ("<p>one</p><p>two</p>", "one\n\ntwo"), ("<div>one</div><div>two</div>", "one\ntwo"),
        ("<div>one</div><div><br></div><div>two</div>", "one\n\ntwo"), ("one<br>two<br><br>three", "one\ntwo\n\nthree"),
        (
            "<p class=MsoNormal>one</p><p class=MsoNormal>two</p><p class=MsoNormal>&nbsp;</p><p class=MsoNormal>three",
            "one\ntwo\n\nthree"
        ),
        ("  a   b\n c&nbsp;&nbsp;d ", "a b c  d"), ("<ul><li>a<li>b<ul><li>c</ul></ul>", "* a\n* b\n  * c"),
        ("<ol start=9><li>a<li><p>b</p><p>c</p></ol>", "9. a\n10. b\n    c"),
        ("<table><tr><th>a<th>b<tr><td>1<td>2</table>", "a\tb\n1\t2"),
        ("<head><title>t</title><style>x</style></head>y", "y"),
        ("a &lt;b&gt; &amp;amp; &eacute; &#x1F600; &nosuch;", "a <b> &amp; é 😀 &nosuch;"),
        ("<blockquote>a<blockquote>b</blockquote></blockquote>c", "> a\n> > b\n\nc"), ("a<hr>b", "a\n---\nb"),
        ("<script>alert('x')</script>a<!-- b -->c", "ac"), ("<pre>a\n  b</pre>", "a\n  b"),
        ("<pre wrap>a\n\n  b</pre>", "a\n\n  b"), ("x<span style='display:none'>y</span>z", "xz"),
        ("<!--[if mso]><p>outlook only</p><![endif]-->a<![if !mso]>b<![endif]>", "ab"),
        ("1 < 2 and <3", "1 < 2 and <3"),
        ("<table><tr><td><table><tr><td>a</td><td>b</td></tr></table></td></tr></table>", "a\tb"),
        ("<table><tr><td>only</td></tr><tr><td>one</td></tr></table>", "only\none"),
        ("<textarea><b>x</b></textarea>", "<b>x</b>"),
        ("<svg><text>words</text></svg>", "words"), ("a\u{0}b", "ab"), ("<p>a<o:p></o:p></p>", "a"), ("", ""),
        ("<", "<"),
        ("<h1>Title</h1>text", "Title\n\ntext"), ("<b>unclosed <i>tags", "unclosed tags"), ("a<wbr>b&#8203;c", "abc"),
        ("<img src=cid:x alt='a picture'>", "a picture"), ("<img src=https://e.org/p.gif width=1 height=1>", ""),
        ("<dl><dt>a<dd>b</dl>", "a\nb"), ("<a href=https://e.org>label</a>", "label"), ("<plaintext>a", "a"),
    ]

    @Test("has the text that a browser shows", arguments: texts)
    func text(html: String, expected: String) {
        #expect(Document(html: html).text == expected)
    }

    @Test("keeps how the letters look")
    func marks() {
        let html =
            "<b>a</b><i>b</i><u>c</u><s>d</s><code>e</code><sub>f</sub><sup>g</sup><span style='color:#FF0000'>h</span>"
            + "<span style='font-weight:700;font-style:italic'>i</span><font color=red>j</font>"
            + "<b style='font-weight:normal'>k</b>"
        let expected: [Inline] = [
            .text("a", Marks(.strong)), .text("b", Marks(.em)), .text("c", Marks(.underline)),
            .text("d", Marks(.strike)),
            .text("e", Marks(.code)), .text("f", Marks(.sub)), .text("g", Marks(.sup)),
            .text("h", Marks(color: "#ff0000")), .text("i", Marks([.strong, .em])), .text("j", Marks(color: "#ff0000")),
            .text("k"),
        ]
        #expect(Document(html: html).blocks == [.paragraph(expected)])
    }

    @Test("leaves out colours that say nothing", arguments: ["black", "#1F497D", "#333", "windowtext", "rgb(9, 9, 9)"])
    func dullColors(color: String) {
        #expect(Document(html: "<font color='\(color)'>a</font>").blocks == [.paragraph([.text("a")])])
    }

    @Test(
        "links only where a link may lead",
        arguments: [
            ("https://example.org/a?b=c&amp;d", "https://example.org/a?b=c&d"),
            ("mailto:ada@example.org", "mailto:ada@example.org"),
            ("tel:+4912345", "tel:+4912345"), (" HTTP://E.org ", "HTTP://E.org"), ("javascript:alert(1)", nil),
            ("java\nscript:alert(1)", nil), ("&#106;avascript:alert(1)", nil), ("data:text/html,x", nil),
            ("/relative", nil),
            ("//e.org", nil), ("vbscript:x", nil), ("file:///etc/passwd", nil), ("#top", nil),
            ("\u{1}javascript:x", nil),
            ("https:/e.org", nil), ("blob:https://e.org/1", nil),
        ] as [(String, String?)])
    func links(address: String, expected: String?) {
        let document = Document(html: "<a href=\"\(address)\">a</a>")
        #expect(document.blocks == [.paragraph([.text("a", Marks(link: expected))])])
    }

    @Test("makes bare addresses links")
    func bareLinks() {
        let document = Document(html: "see https://e.org/a_(b), ok")
        #expect(
            document.blocks == [
                .paragraph([
                    .text("see "), .text("https://e.org/a_(b)", Marks(link: "https://e.org/a_(b)")), .text(", ok"),
                ])
            ])
    }

    @Test("knows pictures of the mail by their Content-ID and others by their address")
    func images() {
        let document = Document(
            html: "<img src='CID:a%40b' alt=' the\nlogo '><img src=https://e.org/x.png><img src=x.png>")
        #expect(
            document.blocks == [
                .paragraph([
                    .image(Image(.contentID("a@b"), alternative: "the logo")),
                    .image(Image(.url("https://e.org/x.png"))),
                ])
            ])
    }

    @Test("keeps headings, lists, tables with spans, code and rules as such")
    func structure() {
        let html = """
            <h3>Head</h3><ol start=4><li>x</li></ol><table><tr><th colspan=2>h</th></tr><tr><td rowspan=99999>a</td><td></td>
            </tr></table><pre>code &lt;</pre><hr>
            """
        #expect(
            Document(html: html).blocks == [
                .heading(level: 3, [.text("Head")]), .orderedList(start: 4, [ListItem([.paragraph([.text("x")])])]),
                .table([
                    TableRow([TableCell([.paragraph([.text("h")])], isHeader: true, columns: 2)]),
                    TableRow([TableCell([.paragraph([.text("a")])], rows: 1000), TableCell([])]),
                ]), .codeBlock("code <"), .rule,
            ])
    }

    @Test("nests an inner list that stands beside its item, as Outlook writes it")
    func outlookList() {
        let inner = Block.bulletList([ListItem([.paragraph([.text("b")])])])
        #expect(
            Document(html: "<ul><li>a</li><ul><li>b</li></ul></ul>").blocks == [
                .bulletList([ListItem([.paragraph([.text("a")]), inner])])
            ])
    }
}

@Suite("A document read from text")
struct TextReadingTests {
    @Test("parts paragraphs by blank lines and keeps the other line ends")
    func paragraphs() {
        #expect(
            Document(text: "a\r\nb\r\n\r\n \nc").blocks == [
                .paragraph([.text("a"), .hardBreak, .text("b")]), .paragraph([.text("c")]),
            ])
    }

    @Test("makes quoted lines quotes, as deep as they are")
    func quotes() {
        #expect(
            Document(text: "a\n> b\n>> c\n> d\ne").blocks == [
                .paragraph([.text("a")]),
                .blockquote([
                    .paragraph([.text("b")]), .blockquote([.paragraph([.text("c")])]), .paragraph([.text("d")]),
                ]), .paragraph([.text("e")]),
            ])
    }

    @Test(
        "makes addresses links, without the sentence around them",
        arguments: [
            ("see https://e.org.", "https://e.org"), ("(http://e.org/a)", "http://e.org/a"),
            ("http://e.org/a_(b)!", "http://e.org/a_(b)"), ("<https://e.org/x>", "https://e.org/x"),
            ("mailto:a@e.org, ok", "mailto:a@e.org"), ("note: no address", nil), ("xhttp://e.org", nil),
            ("http:// x", nil),
            ("https://e.org/?q=a:b", "https://e.org/?q=a:b"),
        ] as [(String, String?)])
    func links(text: String, expected: String?) {
        guard case .paragraph(let inlines)? = Document(text: text).blocks.first else {
            Issue.record("no paragraph")
            return
        }
        let links = inlines.compactMap { if case .text(_, let marks) = $0 { marks.link } else { nil } }
        #expect(links == [expected].compactMap { $0 })
    }

    @Test("holds every word of the text", arguments: ["", " ", "\n\n", ">", "> > >", "a\n>\n>b", "::http:", "mailto:"])
    func words(text: String) {
        let bare = { (text: String) in text.filter { !$0.isWhitespace && $0 != ">" } }
        #expect(bare(Document(text: text).text) == bare(text))
    }

    @Test("is bounded in its nesting")
    func deepQuotes() {
        let text = String(repeating: ">", count: 5_000) + " x"
        #expect(Document(text: text).text.hasSuffix("> x"))
    }
}
