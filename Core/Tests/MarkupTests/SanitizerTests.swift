// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Markup

@Suite("Sanitised HTML")
struct SanitizerTests {
    static let payloads = [
        "<script>alert(1)</script>", "<SCRIPT SRC=//e.org/x.js></SCRIPT>", "<scr<script>ipt>alert(1)</scr</script>ipt>",
        "<img src=x onerror=alert(1)>", "<img src=\"x\"onerror=\"alert(1)\">", "<img/src=x/onerror=alert(1)>",
        "<svg onload=alert(1)>", "<svg><script>alert(1)</script></svg>",
        "<svg><a xlink:href=javascript:alert(1)>x</a></svg>",
        "<svg><style><img src=x onerror=alert(1)></style></svg>",
        "<math><mtext></p><img src=x onerror=alert(1)></math>",
        "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
        "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
        "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">", "<iframe src=javascript:alert(1)></iframe>",
        "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
        "<object data=data:text/html,<script>alert(1)</script>>",
        "<embed src=javascript:alert(1)>", "<base href=//e.org/>",
        "<meta http-equiv=refresh content='0;url=javascript:x'>",
        "<link rel=stylesheet href=//e.org/x.css>", "<a href=javascript:alert(1)>x</a>",
        "<a href=\"java&#10;script:x\">x</a>",
        "<a href=\"&#x6A;avascript:x\">x</a>", "<a href=' \u{1}javascript:x'>x</a>", "<a href=vbscript:x>x</a>",
        "<a href=data:text/html;base64,PHNjcmlwdD4=>x</a>", "<p style=\"background:url(javascript:x)\">x</p>",
        "<p style=\"width:expression(alert(1))\">x</p>", "<p style=\"w\\69 dth:ex/**/pression(alert(1))\">x</p>",
        "<p style=\"-moz-binding:url(//e.org/x)\">x</p>", "<style>@import '//e.org/x.css';</style>",
        "<style><img src=x onerror=alert(1)></style>", "<title><img src=x onerror=alert(1)></title>",
        "<textarea><img src=x onerror=alert(1)></textarea>", "<xmp><img src=x onerror=alert(1)></xmp>",
        "<plaintext><img src=x onerror=alert(1)>", "<!--><img src=x onerror=alert(1)>-->",
        "<!--!><img src=x onerror=alert(1)>", "<![CDATA[<img src=x onerror=alert(1)>]]>",
        "<?xml <img src=x onerror=alert(1)>",
        "<form action=javascript:x><input type=submit formaction=javascript:x><button>x</button></form>",
        "<body onload=alert(1) background=//e.org/x>", "<table background=//e.org/x.png><tr><td>x</table>",
        "<video src=x onerror=alert(1)><source onerror=alert(1)></video>",
        "<details open ontoggle=alert(1)>x</details>",
        "<marquee onstart=alert(1)>x</marquee>", "<template><script>alert(1)</script></template>",
        "<a id=cookie name=cookie href=https://e.org>x</a>", "<img srcset='//e.org/x.png 2x' src=x>",
        "<img src=data:image/svg+xml;base64,PHN2Zz4=>", "<img src='data:text/html,<script>'>",
        "<x onclick=alert(1)>y</x>",
        "<a href=https://e.org onclick=alert(1) style=position:fixed;top:0>x</a>",
        "<p title='<script>alert(1)</script>'>x</p>",
        "<p title=\"`onmouseover=alert(1)\">x</p>", "<select><option><script>alert(1)</script></option></select>",
        "<dialog open onclose=x>y</dialog>", "<isindex action=javascript:x>", "<bgsound src=javascript:x>",
        "<layer src=//e.org>", "<frameset onload=x><frame src=javascript:x></frameset>",
        "<a href=\"https://e.org\" ping=//e.org/p>x</a>",
    ]

    static let allowedTags: Set<String> = [
        "a", "b", "i", "p", "div", "span", "img", "table", "tbody", "tr", "td", "th", "pre", "details", "br", "ul",
        "ol",
        "li", "u", "s", "h1", "h2", "blockquote", "hr", "code", "sub", "center", "font", "caption", "dl", "dt", "dd",
        "summary",
        "q", "strong", "em",
    ]
    static let allowedAttributes: Set<String> = [
        "href", "rel", "src", "alt", "title", "style", "color", "bgcolor", "dir", "align", "valign", "lang", "width",
        "height",
        "border", "colspan", "rowspan", "start", "size",
    ]

    /// Reads what came out as strictly as a machine can: every `<` begins a known tag with known, quoted attributes.
    private func faults(in html: String) -> [String] {
        var faults: [String] = []
        for piece in html.split(separator: "<", omittingEmptySubsequences: false).dropFirst() {
            guard let end = piece.firstIndex(of: ">") else {
                faults.append("open: \(piece)")
                continue
            }
            let tag = piece[..<end].drop { $0 == "/" }
            let name = tag.prefix { $0 != " " }
            if !Self.allowedTags.contains(String(name)) { faults.append("tag: \(name)") }
            var rest = tag.dropFirst(name.count)
            while !rest.isEmpty {
                let attribute = rest.dropFirst().prefix { $0 != "=" }
                rest = rest.dropFirst(1 + attribute.count)
                guard rest.hasPrefix("=\""), let close = rest.dropFirst(2).firstIndex(of: "\"") else {
                    faults.append("attribute: \(tag)")
                    break
                }
                let value = rest[rest.index(rest.startIndex, offsetBy: 2)..<close].lowercased()
                if !Self.allowedAttributes.contains(String(attribute)) { faults.append("attribute: \(attribute)") }
                if attribute == "href", !["http://", "https://", "mailto:", "tel:"].contains(where: value.hasPrefix) {
                    faults.append("href: \(value)")
                }
                if attribute == "src", !["cid:", "data:image/png;base64,"].contains(where: value.hasPrefix) {
                    faults.append("src: \(value)")
                }
                if attribute == "style", value.contains(where: { "\\():/*@".contains($0) && $0 != ":" }) {
                    faults.append("style: \(value)")
                }
                rest = rest[rest.index(after: close)...]
            }
        }
        return faults
    }

    @Test("P23: holds nothing that can run or load", arguments: payloads)
    func payload(html: String) {
        let clean = sanitize(html)
        #expect(faults(in: clean.html) == [])
        #expect(faults(in: sanitize(clean.html).html) == [])
        // What is read again as markup is as harmless.
        #expect(faults(in: sanitize(Document(html: clean.html).text).html) == [])
    }

    @Test("P23: holds nothing that can run or load, whatever it was made of")
    func random() {
        var chance = Chance(seed: 23)
        for _ in 0..<200 {
            let payload = Self.payloads.randomElement(using: &chance) ?? ""
            let html = randomHTML(&chance) + payload + randomHTML(&chance)
            #expect(faults(in: sanitize(html).html) == [])
            #expect(faults(in: Document(html: html).html) == [])
        }
    }

    @Test("is the same when it is sanitised again")
    func isStable() {
        let html =
            "<p style=\"color: red; margin: 0 4px\">a <b>b</b> <a href=\"https://e.org/?a&amp;b\">c</a> &lt;&nbsp;</p>"
        let once = sanitize(html)
        #expect(once.removed == [])
        #expect(
            once.html
                == "<p style=\"color: red; margin: 0 4px\">a <b>b</b> <a href=\"https://e.org/?a&amp;b\" "
                + "rel=\"noopener noreferrer nofollow\">c</a> &lt;\u{A0}</p>")
        #expect(sanitize(once.html) == once)
    }

    @Test("says when the end was cut, and keeps what grows when it is written")
    func cut() {
        let limits = HTMLLimits(bytes: 1_000)
        let whole = sanitize(String(repeating: "\"", count: 990) + "end", within: limits)
        #expect(whole.removed.isEmpty)
        #expect(whole.html.hasSuffix("end"))
        let limited = sanitize("begin" + String(repeating: "x", count: 1_000), within: limits)
        #expect(limited.removed == ["end over the limit"])
    }

    @Test("keeps the line feeds that a preformatted text begins with")
    func lineFeeds() {
        let html = "<pre>\n\n\n\n\n\n\n\nx</pre>"
        #expect(sanitize(html).html == html)
        #expect(sanitize("<pre>x</pre>").html == "<pre>x</pre>")
    }

    @Test("is read again as the same tree, whatever it was made of")
    func doesNotMutate() {
        let unwritable = "<h1><a><h6><p>x</h6></a>y</h1><table><a>z</a><tr><td><table><b>w</table></table>"
        #expect(sanitize(sanitize(unwritable).html).html == sanitize(unwritable).html)
        var chance = Chance(seed: 29)
        for _ in 0..<200 {
            let payload = Self.payloads.randomElement(using: &chance) ?? ""
            let once = sanitize(randomHTML(&chance) + payload + randomHTML(&chance)).html
            #expect(sanitize(once).html == once)
        }
    }

    @Test(
        "names what was taken out",
        arguments: [
            ("<script>x</script><p onclick=x onload=y>a", ["script", "onclick", "onload"]),
            ("<img src=http://e.org/x>", ["remote image"]),
            ("<a href=javascript:x>a</a>", ["unsafe address"]), ("<p style='width:expression(1)'>a", ["unsafe style"]),
            ("<form action=x><input></form>", ["form", "action", "input"]), ("<p>plain</p><a href='#x'>y</a>", []),
        ])
    func removed(html: String, expected: [String]) {
        #expect(sanitize(html).removed == expected)
    }

    @Test("replaces a remote picture by words and keeps one of the mail")
    func images() {
        #expect(sanitize("<img src=https://e.org/a.png alt='<Logo>'>").html == "<span>[image: &lt;Logo&gt;]</span>")
        #expect(sanitize("<img src=https://e.org/a.png>").html == "<span>[image]</span>")
        #expect(sanitize("<img src=cid:a@b width=10>").html == "<img src=\"cid:a@b\" width=\"10\">")
        let picture = "data:image/png;base64,iVBORw0KGgo="
        #expect(sanitize("<img src='\(picture)'>").html == "<img src=\"\(picture)\">")
    }

    @Test("keeps the words, also of elements that it does not keep")
    func words() {
        let html = "<form><label>Name</label> <button>Send</button></form><svg><text>drawn</text></svg><x-y>odd</x-y>"
        #expect(Document(html: sanitize(html).html).text == "Name Send\ndrawnodd")
    }
}
