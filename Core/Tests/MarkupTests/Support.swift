// SPDX-License-Identifier: Apache-2.0

import Foundation
import Markup

/// Chance that is the same in each run.
struct Chance: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}

/// The lines that are not blank, without space at their ends.
func lines(_ texts: String...) -> [String] {
    texts.flatMap { text in
        text.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    }
}

/// HTML out of pieces that mails and attacks are made of.
func randomHTML(_ chance: inout Chance) -> String {
    let pieces = [
        "<p>", "</p>", "<div>", "</div>", "<b>", "</b>", "<i>", "</i>", "<a href=\"https://example.org/?a=1&b=2\">",
        "</a>",
        "<a href='javascript:alert(1)'>", "<ul>", "<li>", "</li>", "</ul>", "<ol start=3>", "</ol>", "<blockquote>",
        "</blockquote>", "<blockquote type=cite>", "<table>", "<tr>", "<td>", "</td>", "<th colspan=2>", "</tr>",
        "</table>", "<h2>", "</h2>", "<pre>", "</pre>", "<code>", "</code>", "<br>", "<hr>",
        "<img src=cid:a@b alt=logo>",
        "<img src=http://example.org/x.png onerror=alert(1)>", "words ", "a &amp; b ", "\u{1F600}", "\u{0}", "\u{B}",
        "&#x1;", "&nbsp;", "<script>alert(1)</script>", "<style>p{}</style>", "<!-- note -->",
        "<span style='color:red'>",
        "</span>", "<sub>", "</sub>", "<font color=#00ff00>", "</font>", "<svg><p>", "</svg>", "<u>", "<s>", "\n", "  ",
        "<center>", "<caption>c</caption>", "<dl><dt>t<dd>d</dl>", "<details><summary>s</summary>", "<q>", "<o:p>",
        "Ünïcödé \u{202E}\u{FFFE}", "<div class=gmail_quote>", "On Mon, 3 May 2026 at 10:00, A <a@b.c> wrote:",
        "&gt; q",
        "-- ", "<td><table><tr><td>x</td><td>y</td></tr></table>", "<h1><p>two</p><p>three</p></h1>",
    ]
    return (0..<Int.random(in: 1...40, using: &chance)).map { _ in pieces.randomElement(using: &chance) ?? "" }.joined()
}
