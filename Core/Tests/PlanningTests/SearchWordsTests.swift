// SPDX-License-Identifier: Apache-2.0

import Foundation
import Jira
import Testing

@testable import Planning

@Suite("Search words")
struct SearchWordsTests {
    @Test(
        "are the same however a word is written",
        arguments: [
            ("Printer JAM", "printer jam"), ("Ｐｒｉｎｔｅｒ", "printer"), ("Straße STRASSE", "strasse"),
            ("Crème brûlée", "creme brulee"), ("cre\u{300}me", "creme"), ("İstanbul ısı", "istanbul isi"),
            ("Łódź Ærø", "lodz aero"), ("ΟΔΟΣ οδός", "οδοσ"), ("Ёлка", "елка"), ("כָּתַב", "כתב"), ("مُحَمَّد", "محمد"),
            ("ﾌﾟﾘﾝﾀ", "プリ リン ンタ"), ("so\u{AD}ft", "soft"), ("x² ﬁle", "x2 file"), ("किताब", "किताब"),
            ("don't", "don"), ("a b c", ""), ("e-mail, 24/7", "mail 24"), ("", ""), ("🖨️ 🎉", ""),
        ])
    func folding(_ text: String, _ words: String) {
        #expect(SearchWords.of([text]).joined(separator: " ") == words)
        #expect(SearchWords.sought(text) == SearchWords.of([text]))
    }

    @Test("of scripts without blanks are pairs of neighbours, which are found within a longer run")
    func pairs() {
        let subject = SearchWords.of(["新しいPrinter15の件"])
        #expect(subject == ["新し", "しい", "printer15", "の件"])
        #expect(Set(SearchWords.sought("新しい")).isSubset(of: subject))
        #expect(SearchWords.of(["프린터가"]) == ["프린", "린터", "터가"])
        #expect(SearchWords.of(["が"]) == [])
        #expect(SearchWords.of(["かが"]) != SearchWords.of(["かか"]))
        #expect(Set(SearchWords.sought("พิมพ์")).isSubset(of: SearchWords.of(["เครื่องพิมพ์เสีย"])))
    }

    @Test("have the keys of issues first and whole, and look for a key as a whole")
    func keys() {
        #expect(
            SearchWords.of(["Re: [sup-12] jam"], leadingTo: ["OPS-1", "OPS-2"])
                == ["ops-1", "ops-2", "sup-12", "re", "sup", "12", "jam"])
        #expect(SearchWords.sought("jam SUP-12") == ["sup-12", "jam"])
        #expect(SearchWords.sought("sup-12") == ["sup-12"])
        #expect(SearchWords.of(["Covid-19 rules"]).contains("covid"))
    }

    @Test("are 24 of a record at most, each once, and no end of text takes long")
    func bounds() {
        let many = (10..<99).map { "w\($0) w\($0)" }.joined(separator: " ")
        #expect(SearchWords.of([many]) == (10..<34).map { "w\($0)" })
        #expect(SearchWords.sought(many) == SearchWords.of([many]))
        #expect(SearchWords.of([String(repeating: "x", count: 1_000_000)]).map(\.count) == [2_000])
        #expect(SearchWords.of([String(repeating: "x-1 ", count: 100_000)]).count <= 24)
    }

    private func printerJam(_ line: Line) -> AuditRecord {
        var record = AuditRecord(
            job: "01J9ZZZZZZZZZZZZZZZZZZZZZZ", line: line, receivedAt: .distantPast, finishedAt: .distantPast,
            decider: nil, disposition: .created)
        record.subject = "Printer jam"
        record.issue = "SUP-1"
        return record
    }

    @Test("of a record are those of its subject, its issue, and what it made")
    func record() {
        var record = printerJam(.event)
        record.outcomes = [Outcome(ordinal: 0, result: .issue("10001", "SUP-2"))]
        #expect(record.searchWords() == ["sup-1", "sup-2", "printer", "jam"])
        #expect(record.searchWords(and: ["Toner"]) == ["sup-1", "sup-2", "printer", "jam", "toner"])
    }

    @Test("that hashes found are compared with those of a letter; of an event not all are kept")
    func comparison() {
        var record = printerJam(.letter)
        #expect(record.has(["jam", "sup-1"]))
        #expect(!record.has(["jam", "toner"]))
        #expect(!record.has(["jams"]))
        record.line = .event
        #expect(record.has(["toner"]))
    }
}
