// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import Markup

@Suite("An expression of an administrator's")
struct TextPatternTests {
    private struct Removal: Equatable {
        var rest: String
        var count: Int
        var isComplete: Bool
    }

    private func begins(_ pattern: String, _ text: String) throws -> Bool {
        var steps = ExpressionBudget().steps
        return try TextPattern(pattern).matchesBeginning(of: Array(text.unicodeScalars), steps: &steps)
    }

    private func removal(
        _ pattern: String, _ text: String, within budget: ExpressionBudget = ExpressionBudget()
    ) throws -> Removal {
        var budget = budget
        let matches = try TextPattern(pattern).matches(in: Array(text.unicodeScalars), steps: &budget.steps)
        return Removal(rest: text.without(matches), count: matches.count, isComplete: !budget.isSpent)
    }

    static let beginnings: [(String, String, Bool)] = [
        ("abc", "abcd", true), ("abc", "xabc", false), ("a.c", "abc", true), ("a.c", "a\nc", false),
        ("^abc", "abc", true),
        ("-{3,}", "---- x", true), ("-{3,}", "-- x", false), ("-{2}$", "--", true), ("-{2}$", "---", false),
        ("(Best|Kind) regards", "Kind regards,", true), ("(?i)von:", "VON: Ada", true), ("(?i)ärger", "ÄRGER", true),
        ("[a-c]+\\d*", "b1", true), ("[^a-c]", "b", false), ("[]x]", "]", true), ("[\\]a-]+$", "-]a", true),
        ("\\bfoo\\b", "foo bar", true), ("\\bfoo\\b", "foobar", false), ("\\w+@\\w+\\.org", "ada@example.org", true),
        ("\\*\\*", "**", true), ("a{,2}", "a{,2}", true), ("x?y", "y", true), ("(a|b)*c", "ababc", true),
        ("(?:a{2}){2}", "aaaa", true), ("(?:a{2}){2}", "aaa", false), ("\\s*>", " \t>", true), ("()*a", "a", true),
        ("(a*)*b", "aab", true), ("(a|)+b", "ab", true), ("\\S\\D\\W", "ab ", true), ("日本?", "日", true),
        ("", "x", true),
    ]

    @Test("matches at the beginning of a line as written", arguments: beginnings)
    func beginning(pattern: String, text: String, matches: Bool) throws {
        #expect(try begins(pattern, text) == matches)
    }

    static let removals: [(String, String, String, Int)] = [
        ("\\[EXTERNAL\\] ?", "[EXTERNAL] Engine [EXTERNAL]", "Engine ", 2), ("a+?", "baab", "bb", 2),
        ("<.*?>", "<a>b<c>", "b", 2), ("<.*>", "<a>b<c>", "", 1), ("^x", "x\nxx", "\nx", 2),
        ("y$", "y\r\nyy", "\r\ny", 2),
        ("a|ab", "abab", "bb", 2), ("z*", "abz", "ab", 1), ("n", "none", "oe", 2), ("(?i)RE: *", "Re: re:x", "x", 2),
    ]

    @Test("takes out what it matches, the first alternative first", arguments: removals)
    func removal(pattern: String, text: String, rest: String, count: Int) throws {
        #expect(try removal(pattern, text) == Removal(rest: rest, count: count, isComplete: true))
    }

    static let refusals: [(String, String)] = [
        ("(a", "A bracket is not closed (at character 1)."), ("[a", "A bracket is not closed (at character 1)."),
        ("a)", "A bracket is closed that was not opened (at character 2)."),
        ("*a", "There is nothing to repeat (at character 1)."), ("a**", "There is nothing to repeat (at character 3)."),
        ("[z-a]", "A range ends before it begins (at character 5)."),
        (
            "a{3,2}", "A repetition is at most 200 times, and its end is not before its beginning (at character 2)."
        ),
        ("a{999}", "A repetition is at most 200 times, and its end is not before its beginning (at character 2)."),
        ("(a)\\1", "This form is not known here: no back references, no look-around (at character 5)."),
        ("(?=a)", "This form is not known here: no back references, no look-around (at character 2)."),
        ("(?<n>a)", "This form is not known here: no back references, no look-around (at character 2)."),
        ("((a{200}){200}){200}", "The expression is too long or repeats too much."),
        ("((((((((){200}){200}){200}){200}){200}){200}){200}){200}", "The expression is too long or repeats too much."),
        (String(repeating: "a", count: 2_001), "The expression is too long or repeats too much."),
        (
            String(repeating: "(", count: 60),
            "The expression has too many brackets inside of one another (at character 51)."
        ),
        ("\\", "A bracket is not closed (at character 2)."),
    ]

    @Test("is refused in words when it is none", arguments: refusals)
    func refusal(pattern: String, words: String) {
        let error = #expect(throws: PatternError.self) { try TextPattern(pattern) }
        #expect(error?.description == words)
    }

    static let explosive = [
        "(a*)*b", "^(a|a|aa)+$", "(a+)+$", "(.*)(.*)(.*)(.*)x", "((a{1,5}){1,5}){1,5}b",
    ]

    @Test("takes bounded time for a pattern that is known to explode", .timeLimit(.minutes(5)), arguments: explosive)
    func explosion(pattern: String) throws {
        let text = String(repeating: "a", count: 1_000) + "!"
        #expect(try !begins(pattern, text))
        #expect(try removal(pattern, text) == Removal(rest: text, count: 0, isComplete: true))
    }

    @Test("says when it took too many steps, and leaves the rest as it is")
    func exhaustion() throws {
        let text = String(repeating: "ab", count: 1_000)
        let stopped = try removal("a.{0,190}z", text, within: ExpressionBudget(steps: 50_000))
        #expect(stopped == Removal(rest: text, count: 0, isComplete: false))
    }

    @Test("is kept as its pattern")
    func coding() throws {
        let expressions = [try TextPattern("-{3,}"), try TextPattern("(?i)von:")]
        let json = try JSONEncoder().encode(expressions)
        #expect(String(decoding: json, as: UTF8.self) == "[\"-{3,}\",\"(?i)von:\"]")
        #expect(try JSONDecoder().decode([TextPattern].self, from: json) == expressions)
        #expect(throws: DecodingError.self) { try JSONDecoder().decode([TextPattern].self, from: Data("[\"(\"]".utf8)) }
    }

    @Test("agrees with a slow matcher on small patterns and texts")
    func agreement() throws {
        let pieces = ["a", "b", "(a|b)", "a*", "b+", "(ab)?", "[ab]", ".", "(a|ab)(b|)", "a{1,2}", "(a*b)*"]
        var chance = Chance(seed: 3)
        for _ in 0..<400 {
            let pattern = (0..<Int.random(in: 1...3, using: &chance)).compactMap { _ in
                pieces.randomElement(using: &chance)
            }.joined()
            let text = (0..<Int.random(in: 0...6, using: &chance)).map { _ in
                Bool.random(using: &chance) ? "a" : "b"
            }.joined()
            let expected = try Regex("^(?:\(pattern))").firstMatch(in: text) != nil
            #expect(try begins(pattern, text) == expected, "\(pattern) on \(text)")
        }
    }
}

@Suite("Delimiters of an administrator's")
struct DelimiterTests {
    private func expressions() throws -> [TextPattern] {
        [try TextPattern("-{3} *Ticket"), try TextPattern("(?i)#+ history")]
    }

    @Test("cut the text from the line on that one of them begins")
    func text() throws {
        let trimmed = trim(
            text: "Yes.\nsee --- Ticket\n\n--- Ticket 7 ---\nold words", delimiters: try expressions())
        #expect(trimmed.reply == "Yes.\nsee --- Ticket")
        #expect(trimmed.elided == "--- Ticket 7 ---\nold words")
        #expect(trimmed.rule == .delimiter)
    }

    @Test("cut HTML the same, and other quotes above")
    func html() throws {
        let trimmed = trim(
            html: "<p>Yes.</p><blockquote type=cite>a</blockquote><p>-- <br>Bob</p><h2>## HISTORY</h2><p>old words</p>",
            delimiters: try expressions())
        #expect(trimmed.reply == "Yes.")
        #expect(trimmed.elided.contains("old words"))
        #expect(trimmed.signature == "--\nBob")
        #expect(trimmed.rule == .delimiter)
    }

    @Test("cut nothing when nothing would be left")
    func everything() throws {
        let trimmed = trim(text: "## History\nold words", delimiters: try expressions())
        #expect(trimmed.reply == "## History\nold words")
        #expect(trimmed.rule == .none)
    }

    @Test("name the one that cut, also where nothing else is trimmed")
    func letter() throws {
        let text = "Yes.\n\nOn 3 May 2026, Ada <ada@example.org> wrote:\n> a\n\n## HISTORY\nold words"
        let trimmed = trim(text: text, keeping: .letter, delimiters: try expressions())
        #expect(trimmed.reply == "Yes.\n\nOn 3 May 2026, Ada <ada@example.org> wrote:\n> a")
        #expect(trimmed.elided == "## HISTORY\nold words")
        #expect(trimmed.rule == .delimiter)
        #expect(trimmed.delimiter?.pattern == "(?i)#+ history")
        let whole = trim(text: "Yes.\n-- \nBob", keeping: .letter, delimiters: try expressions())
        #expect(whole.reply == "Yes.\n-- \nBob")
        #expect(whole.rule == .none)
        #expect(whole.delimiter == nil)
    }

    @Test("are stopped when they take too many steps, and the lines behind stay")
    func bounded() throws {
        let text = String(repeating: String(repeating: "a", count: 400) + "\n", count: 40) + "---Ticket"
        let delimiters = [try TextPattern("(a|aa|aaa){0,90}b"), try TextPattern("---Ticket")]
        let stopped = DelimiterSearch([LaidOutBody(.text(text))], delimiters, budget: ExpressionBudget(steps: 50_000))
        #expect(!stopped.isComplete)
        #expect(stopped.line == nil)
        let whole = DelimiterSearch(
            [LaidOutBody(.text(text))], [delimiters[1]], budget: ExpressionBudget(steps: 50_000))
        #expect(whole.isComplete)
        #expect(whole.line == 40)
    }
}
