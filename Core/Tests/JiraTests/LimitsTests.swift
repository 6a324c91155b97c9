// SPDX-License-Identifier: Apache-2.0

import Markup
import Testing

@testable import Jira

@Suite("A summary")
struct SummaryTests {
    @Test("is one line")
    func isOneLine() {
        #expect(
            Summary(fitting: "  The third\r\n\tbox\u{0}leaks\u{2028}again ")?.rawValue == "The third box leaks again")
    }

    @Test("is not empty", arguments: ["", " ", "\r\n", "\u{200b}\u{feff}", "\u{a0}"])
    func isNotEmpty(_ text: String) {
        #expect(Summary(fitting: text) == nil)
    }

    @Test("of 255 characters is left as it is, and of 256 is cut to 255")
    func isCut() throws {
        let whole = try #require(Summary(fitting: String(repeating: "a", count: 255)))
        #expect(whole.rawValue.count == 255 && !whole.isShortened)
        let cut = try #require(Summary(fitting: String(repeating: "a", count: 256)))
        #expect(cut.rawValue == String(repeating: "a", count: 254) + "…" && cut.isShortened)
    }

    @Test("is measured as Jira does and cut between characters")
    func countsUnits() throws {
        let summary = try #require(Summary(fitting: String(repeating: "👩‍👩‍👧", count: 40)))
        #expect(Limits.length(of: summary.rawValue) <= 255)
        #expect(summary.rawValue == String(repeating: "👩‍👩‍👧", count: 31) + "…")
    }

    @Test("keeps joiners inside of words")
    func keepsJoiners() {
        #expect(Summary(fitting: "می\u{200c}خواهم")?.rawValue == "می\u{200c}خواهم")
    }
}

@Suite("The start of a text")
struct StartTests {
    @Test("is the whole when it fits, and else ends between characters")
    func fits() {
        #expect(Limits.start(of: "abc", within: 3) == "abc")
        #expect(Limits.start(of: "abc", within: 2) == "ab")
        #expect(Limits.start(of: "a🐦", within: 2) == "a")
        #expect(Limits.start(of: "e\u{301}x", within: 1) == "")
        #expect(Limits.start(of: "", within: 0) == "")
    }
}

@Suite("The name of a file")
struct FileNameTests {
    @Test(
        "is safe in a header and in a folder",
        arguments: [
            ("hinge.png", "hinge.png"),
            ("a\"b.txt", "a'b.txt"),
            ("a\r\nX-Evil: 1\r\n\r\n.txt", "a__X-Evil: 1____.txt"),
            ("../../etc/passwd", "_.._etc_passwd"),
            ("C:\\temp\\x.doc", "C:_temp_x.doc"),
            ("", "file"),
            (" . ", "file"),
            ("..", "file"),
            ("Résumé 履歴書 🐦.pdf", "Résumé 履歴書 🐦.pdf"),
            ("gnp\u{202e}exe.txt", "gnp_exe.txt"),
        ])
    func isSafe(_ name: String, _ safe: String) {
        #expect(FileName(fitting: name).rawValue == safe)
    }

    @Test("is at most 255 bytes and keeps its ending")
    func isShort() {
        let name = FileName(fitting: String(repeating: "ü", count: 300) + ".pdf").rawValue
        #expect(name == String(repeating: "ü", count: 125) + ".pdf")
        #expect(FileName(fitting: "a." + String(repeating: "b", count: 400)).rawValue.utf8.count == 255)
    }
}

@Suite("Jira's complaint about a long text")
struct TextTooLongTests {
    @Test(
        "is known by the number in it, in any language",
        arguments: [
            ("The entered text is too long. It exceeds the allowed limit of 32,767 characters.", 32_767),
            ("The entered text is too long. It exceeds the allowed limit of 10000 characters.", 10_000),
            ("Der eingegebene Text ist zu lang. Er überschreitet das Limit von 10.000 Zeichen.", 10_000),
            ("Le texte dépasse la limite de 10\u{202f}000 caractères", 10_000),
            ("It exceeds 65,534", 65_534),
        ])
    func isKnown(_ words: String, _ limit: Int) {
        #expect(TextTooLong(words)?.stated == limit)
    }

    @Test(
        "is none without one",
        arguments: [
            "", "Comment body is not valid!", "Error 12.", "99999999999999999999999",
            "Operation value must be an Atlassian Document (see the Atlassian Document Format)",
        ])
    func isNone(_ words: String) {
        #expect(TextTooLong(words) == nil)
    }

    @Test("leads to a length below the one it states, or to the half where that was kept already")
    func leads() {
        func limit(_ stated: Int, after refused: Int) -> String {
            let limit = TextTooLong("\(stated)")?.limit(after: refused)
            return limit.map { "\($0.characters) \($0.isOfSite ? "of the site" : "of this text")" } ?? "none"
        }
        #expect(limit(10_000, after: 30_000) == "9155 of the site")
        #expect(limit(32_767, after: 30_000) == "15000 of this text")
        #expect(limit(65_534, after: 30_000) == "15000 of this text")
        #expect(limit(10_000, after: 9_155) == "4577 of this text")
        #expect(limit(150, after: 30_000) == "none")
        #expect(limit(10_000, after: 300) == "none")
    }
}

@Suite("An entity property")
struct EntityPropertyTests {
    private let key = PropertyKey("martlet.mail")!

    @Test("holds 32,768 characters of JSON, and one more is refused before it is sent")
    func isLimited() throws {
        // Two quotes are JSON, too; a bird is two units, as Jira counts.
        let bird = String(repeating: "a", count: 32_764) + "🐦"
        #expect(try EntityProperty(key: key, value: .string(bird)).value.stringValue == bird)
        let error = #expect(throws: PropertyTooLong.self) { try EntityProperty(key: key, value: .string(bird + "a")) }
        #expect(error?.description == "The property martlet.mail has 32769 characters, and Jira takes 32768.")
    }

    @Test("counts what JSON writes in place of a character")
    func countsEscapes() throws {
        let quotes = String(repeating: "\"", count: 16_383)
        #expect(try EntityProperty(key: key, value: .string(quotes)).value.stringValue == quotes)
        let error = #expect(throws: PropertyTooLong.self) {
            try EntityProperty(key: key, value: .string(quotes + "\""))
        }
        #expect(error?.length == 32_770)
    }

    @Test("has a name of 255 characters at most")
    func hasName() {
        #expect(PropertyKey(String(repeating: "a", count: 255)) != nil)
        #expect(PropertyKey(String(repeating: "a", count: 256)) == nil)
    }
}
