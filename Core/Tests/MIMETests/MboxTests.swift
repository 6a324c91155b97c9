// SPDX-License-Identifier: Apache-2.0

import MIME
import Testing

@Suite("A file of letters")
struct MboxTests {
    private func letters(_ text: String) -> [String] {
        let bytes = Array(text.utf8)
        return Mbox(parsing: bytes).ranges.map { String(decoding: Mbox.letter(bytes, $0), as: UTF8.self) }
    }

    @Test("is cut where a line `From ` with a time stands behind an empty one")
    func cut() {
        let line = "From jane@example.com Tue Feb  3 09:15:00 2026\n"
        let found = letters(
            "\(line)Subject: One\n\nFrom now on we meet at five.\n\n\(line)Subject: Two\n\n>From me\n>>From\n")
        #expect(
            found == [
                "\(line)Subject: One\n\nFrom now on we meet at five.\n\n", "\(line)Subject: Two\n\nFrom me\n>>From\n",
            ])
        #expect(found.map { parse(Array($0.utf8)).subject } == ["One", "Two"])
        #expect(letters("\(line)Subject: One\n\nx\n\(line)y\n").count == 1)
        #expect(letters("\(line)a\r\n\r\n\(line)b\r\n").count == 2)
    }

    @Test(
        "that begins otherwise is one letter", arguments: ["", "Subject: x\n\n\nFrom a 09:15:00\n", "From here\n\nx"])
    func one(_ text: String) { #expect(letters(text) == [text]) }

    @Test(
        "is not cut at prose that tells a time",
        arguments: [
            "From 09:00 to 10:00 we meet", "From Ada Tue 3 Feb 09:15:00", "From Tue Feb 3 09:15:00 2026",
            "From 2026-02-03 09:15:00 on", "From a the feb 30th 09:15", "From a Tue Feb 3 at 09:15:00",
        ])
    func prose(_ line: String) {
        #expect(letters("From a Tue Feb  3 09:15:00 2026\nSubject: One\n\nx\n\n\(line)\n\ny\n").count == 1)
    }

    @Test(
        "is cut at the forms of the line that programs write",
        arguments: [
            "From - Tue Feb 03 09:15:00 2026", "From Jane Doe Tue Feb  3 09:15 2026",
            "From () 2026-02-03 09:15:00 +0000", "From 12@xxx Tue Feb 03 09:15:00 +0000 2026",
        ])
    func forms(_ line: String) { #expect(letters("\(line)\nSubject: One\n\nx\n\n\(line)\ny\n").count == 2) }

    @Test("costs linear time", .timeLimit(.minutes(5)))
    func linear() {
        let first = "From a Tue Feb  3 09:15:00 2026\n\n"
        for line in [first, ">", ">From \n", "From \n\n", "\n"] {
            let isLinear = isLinear(at: 400_000) { length in
                _ = letters(first + String(repeating: line, count: length / line.utf8.count))
            }
            #expect(isLinear, "\(line)")
        }
    }
}
