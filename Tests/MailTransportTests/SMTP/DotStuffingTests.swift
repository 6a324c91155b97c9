// SPDX-License-Identifier: Apache-2.0

import NIOCore
import Testing

@testable import MailTransport

@Suite("Dots in letters")
struct DotStuffingTests {
    private func stuffed(_ parts: [[UInt8]]) -> String {
        var stuffing = DotStuffing()
        var output = ""
        for part in parts { output += stuffing.add(ByteBuffer(bytes: part)).text }
        return output + stuffing.finish().text
    }

    @Test(
        "are doubled at the start of a line, and every line gets a whole end",
        arguments: [
            ("", ".\r\n"), ("a", "a\r\n.\r\n"), ("a\r\n", "a\r\n.\r\n"), (".", "..\r\n.\r\n"),
            (".\r\n", "..\r\n.\r\n"), ("a\r\n.b\r\n..\r\n", "a\r\n..b\r\n...\r\n.\r\n"),
            ("a\n.\nb", "a\r\n..\r\nb\r\n.\r\n"),
            ("a\r.\rb", "a\r\n..\r\nb\r\n.\r\n"), ("a\r", "a\r\n.\r\n"), ("a\r\r\n.x", "a\r\n\r\n..x\r\n.\r\n"),
            ("\r\n.\r\n", "\r\n..\r\n.\r\n"), ("a\n\n.\r.", "a\r\n\r\n..\r\n..\r\n.\r\n"),
            (".\r.\n.", "..\r\n..\r\n..\r\n.\r\n"),
        ])
    func stuffing(letter: String, wire: String) {
        let bytes = Array(letter.utf8)
        #expect(stuffed([bytes]) == wire)
        #expect(stuffed(bytes.map { [$0] }) == wire)
        for cut in bytes.indices { #expect(stuffed([Array(bytes[..<cut]), Array(bytes[cut...])]) == wire) }
    }

    @Test("come out as they went in, whatever the letter is and wherever it is cut")
    func roundTrip() {
        var random = SplitMix(state: 7)
        let alphabet = Array(".\r\nab".utf8)
        for _ in 0..<3000 {
            let letter = (0..<Int.random(in: 0...24, using: &random)).map { _ in alphabet.randomElement(using: &random)!
            }
            let cut = Int.random(in: 0...letter.count, using: &random)
            let wire = Array(stuffed([Array(letter[..<cut]), Array(letter[cut...])]).utf8)
            let normal = withWholeLineEnds(letter)
            var unstuffing = DotUnstuffing()
            var input = ByteBuffer()
            var output = ByteBuffer()
            var ends = 0
            let second = Int.random(in: 0...wire.count, using: &random)
            for part in [wire[..<second], wire[second...]] {
                input.writeBytes(part)
                if unstuffing.move(&input, to: &output) { ends += 1 }
            }
            #expect(Array(output.readableBytesView) == normal)
            #expect(ends == 1)
            #expect(input.readableBytes == 0)
        }
    }

    /// CR LF for each CR LF, bare CR and bare LF, and one at the end.
    private func withWholeLineEnds(_ letter: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        for (index, byte) in letter.enumerated() {
            switch byte {
            case 0x0d: result += [0x0d, 0x0a]
            case 0x0a: if index == 0 || letter[index - 1] != 0x0d { result += [0x0d, 0x0a] }
            default: result.append(byte)
            }
        }
        if !result.isEmpty, result.suffix(2) != [0x0d, 0x0a] { result += [0x0d, 0x0a] }
        return result
    }
}
