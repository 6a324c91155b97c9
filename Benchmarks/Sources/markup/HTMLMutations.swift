// SPDX-License-Identifier: Apache-2.0

import Foundation
import Kit
import MIME

/// HTML broken on purpose, always the same for the same files.
struct HTMLMutations {
    private let bodies: [[UInt8]]

    /// The HTML of all mails and pages below the folders, and letters of our own.
    init(below folders: [String]) {
        var letters = HTMLLetters(seed: 6)
        bodies = folders.flatMap(Self.bodies) + (0..<50).map { _ in Array(letters.next().utf8) }
    }

    func mutant(_ number: Int) -> [UInt8] {
        var chance = Chance(seed: UInt64(number) &* 0x9E37_79B9 &+ 55)
        var bytes = chance.one(of: bodies)
        for _ in 0..<chance.number(1...6) { mutate(&bytes, &chance) }
        return bytes
    }

    private func mutate(_ bytes: inout [UInt8], _ chance: inout Chance) {
        let place = chance.number(0...bytes.count)
        let length = min(chance.number(0...300), bytes.count - place)
        switch chance.number(0...8) {
        case 0: bytes.removeLast(bytes.count - place)
        case 1: for index in place..<place + min(length, 8) { bytes[index] = UInt8(chance.number(0...255)) }
        case 2: bytes.removeSubrange(place..<place + length)
        case 3: bytes.insert(contentsOf: bytes[place..<place + length], at: chance.number(0...bytes.count))
        case 4: bytes = bytes[..<place] + chance.one(of: bodies).suffix(chance.number(0...10_000))
        case 5:
            let piece = Array(bytes[place..<place + length])
            for _ in 0..<chance.number(1...60) { bytes.insert(contentsOf: piece, at: place) }
        default: bytes.insert(contentsOf: chance.one(of: Self.fragments).utf8, at: place)
        }
    }

    private static let fragments = [
        "<", ">", "</", "<!--", "-->", "<![CDATA[", "&", "&#", "&#x110000;", "\"", "'", "=", "\0", "<table>",
        "</table>",
        "<tr><td>", "<blockquote>", "</blockquote>", "<ul><li>", "</ul>", "<p>", "</p>", "<b>", "<i>", "</b>",
        "<a href=x>",
        "<a href='https://e.org'>", "<h1>", "</h2>", "<pre>\n", "<br>", "<hr>", "<svg>", "<math><mi>", "<style>",
        "<script>",
        "<template>", "<select><option>", "<form>", "<textarea>", "<title>", "<noscript>", "<frameset>", "<plaintext>",
        "<div class=gmail_quote>", "<td colspan=9999999 rowspan=-1>", "<ol start=-99999999999>", "<img src=cid:x>",
        "<font color='#gg'>", "<span style='color:rgb(1,2'>", "\u{202E}", "\u{FEFF}", "\u{FFFE}", "\u{600}<b>",
        "On 3 May 2026, Ada <ada@example.org> wrote:", "-- \n", "<details><summary>", "<caption>", "<dl><dt><dd>",
    ]

    /// About 1 MB each.
    static let attacks: [(name: String, html: String)] = [
        ("nested elements", String(repeating: "<div>", count: 200_000)),
        ("nested quotes", String(repeating: "<blockquote>", count: 90_000)),
        ("nested lists", String(repeating: "<ul><li>", count: 130_000)),
        ("nested tables", String(repeating: "<table><tr><td>", count: 70_000)),
        ("nested links", String(repeating: "<a href=x>", count: 100_000)),
        ("open letter styles", (0..<50_000).map { "<p><font color=#\($0)>" }.joined()),
        ("misnested styles", String(repeating: "<b><i></b><p></i>", count: 60_000)),
        ("misnested links", String(repeating: "<a><div>", count: 80_000) + String(repeating: "</a>", count: 80_000)),
        ("foster parents", "<table>" + String(repeating: "<b>x</b><tr>", count: 85_000)),
        ("rows", "<table>" + String(repeating: "<tr><td>x<td>y", count: 75_000)),
        ("attributes", "<p " + (0..<110_000).map { "a\($0)=1 " }.joined() + ">"),
        ("many attributes", String(repeating: "<p style='color:red' class=a id=b>", count: 30_000)),
        ("closing tags", String(repeating: "</p></div></b>", count: 75_000)),
        ("open comments", String(repeating: "<!-- <", count: 170_000)),
        ("open tags", String(repeating: "<a b='", count: 170_000)),
        ("entities", String(repeating: "&amp&#x&#99999999;", count: 60_000)),
        ("false ends", "<script>" + String(repeating: "</scrip", count: 150_000)),
        ("less-than signs", String(repeating: "<", count: 1_000_000)),
        ("line breaks", String(repeating: "<br>", count: 250_000)),
        ("short lines", String(repeating: "a<br>", count: 200_000)),
        ("short paragraphs", String(repeating: "<p>a</p>", count: 125_000)),
        ("heads", String(repeating: "<p>On 3 May 2026 at 10:00, A wrote:</p>", count: 26_000)),
        ("colons", String(repeating: "a:<br>", count: 170_000)),
        ("quoted lines", String(repeating: "&gt; a<br>b<br>", count: 70_000)),
        ("rules", String(repeating: "<hr>", count: 250_000)),
        ("links", String(repeating: "http://e.org ", count: 77_000)),
        ("brackets", String(repeating: "http://\(String(repeating: ")", count: 1_990)) ", count: 500)),
        ("broken words", String(repeating: "a<span></span>", count: 70_000)),
        ("pictures", String(repeating: "<img src=cid:a>", count: 66_000)),
        ("formulas", String(repeating: "<math><mi>", count: 100_000)),
        ("spaces", String(repeating: " ", count: 1_000_000)),
        ("one word", String(repeating: "x", count: 1_000_000)),
    ]

    private static func bodies(below folder: String) -> [[UInt8]] {
        let paths = (FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []).sorted()
        return paths.compactMap { path in
            guard let bytes = try? Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(path)")) else { return nil }
            if path.hasSuffix(".html") || path.hasSuffix(".htm") { return [UInt8](bytes) }
            guard path.hasSuffix(".eml") else { return nil }
            return parse([UInt8](bytes)).html.map { Array($0.utf8) }
        }
    }
}
