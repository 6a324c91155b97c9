// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Markup

@Suite("Clean-up expressions of an administrator's")
struct CleaningTests {
    private func cleaned(_ html: String, _ patterns: String...) throws -> Document.Cleaned {
        var budget = ExpressionBudget()
        return Document(html: html).removingMatches(of: try patterns.map { try TextPattern($0) }, within: &budget)
    }

    static let cases: [(String, String, String, Int)] = [
        ("<p>CAUTION: <b>external</b> mail</p><p>Hello</p>", #"^CAUTION:.*"#, "Hello", 1),
        ("<div>[EXT]</div><div>Hello [EXT]</div>", #"\[EXT\]\s*"#, "Hello ", 2),
        ("<p>a<br>b<br>c</p>", #"^b\n"#, "a\nc", 1), ("<p>a <b>bc</b>d</p>", "[bc]", "a d", 2),
        ("<ul><li>x</li><li>y</li></ul>", "x", "* y", 1), ("<pre>a1b22</pre>", "[0-9]+", "ab", 2),
        ("<table><tr><td>a<td>b</table>", "a", "\tb", 1), ("<p>a</p>", "b*", "a", 0),
        ("<blockquote><p>x</p></blockquote><p>y</p>", "x", "y", 1), ("<p>a</p>", ".", "", 1),
    ]

    @Test("take text out of any block, through marks and breaks", arguments: cases)
    func removal(html: String, pattern: String, text: String, count: Int) throws {
        let cleaned = try cleaned(html, pattern)
        #expect(cleaned.document.text == text)
        #expect(cleaned.counts == [count])
    }

    @Test("are tried one after the other, each on what the others left")
    func order() throws {
        let cleaned = try cleaned("<p>aabb</p>", "ab", "ab", "x")
        #expect(cleaned.document.isEmpty)
        #expect(cleaned.counts == [1, 1, 0])
    }

    @Test("leave marks, links and pictures of what stays")
    func marks() throws {
        let cleaned = try cleaned("<p>x<b>bold</b> <a href='https://e.org'>link</a> <img src=cid:a></p>", "x")
        #expect(
            cleaned.document.blocks == [
                .paragraph([
                    .text("bold", Marks(.strong)), .text(" "), .text("link", Marks(link: "https://e.org")), .text(" "),
                    .image(Image(.contentID("a"))),
                ])
            ])
    }

    @Test("are stopped when they take too many steps, and what they had not come to stays")
    func bounded() throws {
        let text = String(repeating: "a", count: 4_000)
        let patterns = [try TextPattern("x"), try TextPattern("(a|aa|aaa|aaaa){0,50}b"), try TextPattern("a")]
        var budget = ExpressionBudget(steps: 50_000)
        let cleaned = Document(text: "x\n\n\(text)").removingMatches(of: patterns, within: &budget)
        #expect(budget.isSpent)
        #expect(cleaned.counts == [1, 0, 0])
        #expect(cleaned.document.text == text)
        let more = Document(text: "x").removingMatches(of: patterns, within: &budget)
        #expect(more == Document.Cleaned(document: Document(text: "x"), counts: [0, 0, 0]))
    }
}
