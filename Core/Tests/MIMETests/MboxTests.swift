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

    @Test("costs linear time", .timeLimit(.minutes(5)))
    func linear() {
        for line in ["From a 09:15\n\n", ">", ">From \n", "From \n\n", "\n"] {
            _ = letters("From a 09:15\n\n" + String(repeating: line, count: 300_000 / line.utf8.count))
        }
    }
}
