// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Markup

@Suite("Hostile HTML")
struct HostileHTMLTests {
    #if DEBUG
    private static let count = 1_500
    #else
    private static let count = 100_000
    #endif

    static let attacks: [(String, String)] = [
        ("nested elements", String(repeating: "<div>", count: count)),
        ("nested quotes", String(repeating: "<blockquote>", count: count)),
        ("nested lists", String(repeating: "<ul><li>", count: count / 2)),
        ("nested tables", String(repeating: "<table><tr><td>", count: count / 3)),
        ("nested ruby", String(repeating: "<rt>", count: count)),
        ("nested buttons", String(repeating: "<button><p>", count: count)),
        ("open letter styles", (0..<count / 10).map { "<p><font color=#\($0)>" }.joined()),
        ("misnested styles", String(repeating: "<b><i></b><p></i>", count: count / 10)),
        ("misnested links", String(repeating: "<a><div>", count: count) + String(repeating: "</a>", count: count)),
        ("foster parents", "<table>" + String(repeating: "<b>x</b><tr>", count: count / 2)),
        ("attributes", "<p " + (0..<count).map { "a\($0)=1 " }.joined() + ">"),
        ("closing tags", String(repeating: "</p></div></b>", count: count / 3)),
        ("open comments", String(repeating: "<!-- <", count: count)),
        ("open tags", String(repeating: "<a b='", count: count)),
        ("entities", String(repeating: "&amp&#x&#99999999;", count: count / 3)),
        ("open raw text", String(repeating: "<script><style><title>", count: count / 3)),
        ("false ends", "<script>" + String(repeating: "</scrip", count: count)),
        ("less-than signs", String(repeating: "<", count: count * 5)),
        ("spaces", String(repeating: " \n", count: count * 5)),
        ("line breaks", String(repeating: "<br>", count: count)),
        ("heads", String(repeating: "<p>On 3 May 2026 at 10:00, A wrote:</p>", count: count / 20)),
        ("brackets", String(repeating: "http://\(String(repeating: ")", count: 1_990)) ", count: count / 200)),
        ("broken words", String(repeating: "a<span></span>", count: count)),
        ("formulas", String(repeating: "<math><mi>", count: count / 2)),
    ]

    @Test("is read, trimmed, written and sanitised in bounded time", .timeLimit(.minutes(5)), arguments: attacks)
    func bounded(name: String, html: String) {
        let trimmed = trim(html: "before<br>" + html)
        #expect(trimmed.reply.contains("before") || trimmed.elided.contains("before"))
        _ = sanitize(html)
        _ = trimmed.document.adf.serialized
    }

    @Test("loses its structure beyond the limit, and says so, but not its words")
    func nesting() {
        let html = String(repeating: "<div>", count: 1000) + "deep" + String(repeating: "</div>", count: 1000) + "after"
        let document = Document(html: html)
        #expect(document.defects == [.nestingCut])
        #expect(document.text == "deep\nafter")
    }

    @Test("with open links keeps those behind them")
    func openLinks() {
        let html = String(repeating: "<a name=x>a", count: 40) + "<a href='https://example.org'>link</a> <b>bold</b>"
        let document = Document(html: html)
        #expect(document.html.contains("<a href=\"https://example.org\""))
        #expect(document.html.contains("<strong>bold</strong>"))
        #expect(document.defects.isEmpty)
    }

    @Test("longer than the limit is cut, and says so")
    func size() {
        let html = "<p>begin</p>" + String(repeating: "x", count: 1_000)
        let document = Document(HTMLTree(html, limits: HTMLLimits(bytes: 1_000)))
        #expect(document.defects == [.sizeCut])
        #expect(document.text.hasPrefix("begin"))
    }

    @Test("with more elements than the limit keeps the words of those behind it, each on its line, and says so")
    func elements() {
        let html = "<p><b>a</b><p><b>b</b><p><b>c</b>"
        let document = Document(HTMLTree(html, limits: HTMLLimits(elements: 6)))
        #expect(document.defects == [.tagsCut])
        #expect(document.text == "a\n\nb\nc")
    }
}
