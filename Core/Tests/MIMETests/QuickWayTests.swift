// SPDX-License-Identifier: Apache-2.0

import TestKit
import Testing

@testable import MIME

/// What is read quickly because it is usual must read as it does by the way that takes everything.
@Suite("The quick way")
struct QuickWayTests {
    private func texts(_ pieces: [String], _ count: Int, seed: UInt64) -> [[UInt8]] {
        var random = SplitMix(state: seed)
        return (0..<count).map { _ in
            (0..<Int.random(in: 0...60, using: &random)).flatMap { _ in
                Array(pieces.randomElement(using: &random)!.utf8)
            }
        }
    }

    @Test("through quoted-printable gives what byte by byte gives")
    func quotedPrintable() {
        let pieces = [
            "=", "=3D", "=C3=A4", "=\r\n", "=\n", " ", "\t", "\r", "\n", "\r\n", "words of eight", "x", "=4", "= \r\n",
        ]
        for text in texts(pieces, 3_000, seed: 1) {
            let single = text.indices.map { text[$0...$0] }
            #expect(decoded([text[...]], by: .quotedPrintable) == decoded(single, by: .quotedPrintable))
        }
    }

    @Test("through base64 gives what byte by byte gives, and its size is counted right")
    func base64() {
        let pieces = [
            "QUJD", "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9w", "=", "==", "\r\n", "*", "é", " ", "Q",
            "/+",
        ]
        for text in texts(pieces, 3_000, seed: 2) {
            let single = text.indices.map { text[$0...$0] }
            let whole = decoded([text[...]], by: .base64)
            #expect(whole == decoded(single, by: .base64))
            var counter = Base64Counter()
            text.withUnsafeBufferPointer { counter.take($0) }
            _ = counter.finish()
            #expect(counter.count == whole.count)
        }
    }

    @Test("knows every byte that is a base64 digit")
    func digits() {
        for byte in UInt8.min...UInt8.max where byte != 0x3D {
            for length in [1, 63, 64, 65, 200] {
                var counter = Base64Counter()
                [UInt8](repeating: byte, count: length).withUnsafeBufferPointer { counter.take($0) }
                let isDigit = base64Alphabet.contains(byte)
                #expect(counter.count == (isDigit ? length / 4 * 3 : 0))
                #expect(counter.strangers == (isDigit || isSpace(byte) ? 0 : length))
            }
        }
    }

    @Test("finds out what is UTF-8 as the standard library does")
    func validity() {
        var random = SplitMix(state: 3)
        let letters = ["a", "é", "€", "\u{10348}", "plain words", "\u{7FF}", "\u{800}", "\u{FFFF}", "\u{10FFFF}"]
        for var bytes in texts(letters, 5_000, seed: 4) {
            if !bytes.isEmpty, Bool.random(using: &random) {
                bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: 0x70...0xFF, using: &random)
            }
            #expect(bytes.withUnsafeBufferPointer(\.isUTF8) == (String(validating: bytes, as: UTF8.self) != nil))
        }
        for first in UInt8(0xC0)...0xFF {
            for second in UInt8(0x70)...0xCF {
                let bytes = [first, second, 0x80, 0x80]
                for length in 1...4 {
                    let part = Array(bytes[..<length])
                    #expect(
                        part.withUnsafeBufferPointer(\.isUTF8) == (String(validating: part, as: UTF8.self) != nil))
                }
            }
        }
    }

    @Test(
        "sees control characters wherever they stand",
        arguments: [0, 1, 8, 9, 10, 13, 27, 31, 32, 127, 128, 255] as [UInt8])
    func marks(_ byte: UInt8) {
        for place in [0, 1, 62, 63, 64, 65, 127, 128, 149] {
            var bytes = [UInt8](repeating: 97, count: 150)
            bytes[place] = byte
            let (bits, hasControl) = bytes.withUnsafeBufferPointer(\.marks)
            #expect(hasControl == (byte < 32 && byte != 9))
            #expect((bits >= 0x80) == (byte >= 0x80))
        }
    }

    @Test("reads a mailbox as the other one does, which a blank behind the bracket calls for")
    func mailboxes() {
        let names = [
            "", "Jane Doe ", "\"Doe, Jane\" ", "=?utf-8?q?J=C3=B6rg?= ", "\"\" ", "a.b ", "Ö ", "x@y ", "J.  D.\t",
        ]
        for name in names {
            for address in ["jane@example.com", "a=b@example.com", "root", "ö@example.com", "a,b@example.com"] {
                let quick = MIME.mailboxes(parsing: "\(name)<\(address)>, next@example.com")
                #expect(quick == MIME.mailboxes(parsing: "\(name)< \(address)>, next@example.com"), "\(name)\(address)")
            }
        }
    }

    @Test(
        "reads a date as the other one does, which a comment in front calls for",
        arguments: [
            "Fri, 21 Nov 1997 09:55:06 -0600", "21 Nov 1997 09:55:06 +0000", "Tue, 29 Feb 2000 23:59:59 +1400 (XYZ)",
            "1 Jan 1900 00:00:00 -1200", "Mon, 31 Dec 9999 23:59:59 +0000", "Mon,  2  March 2026  10:00:00  +0100",
            "mon, 02 mar 2026 10:00:00 +0100", "Mon, 2 Mar 2026 10:00:00 +0199", "Mon, 32 Mar 2026 10:00:00 +0100",
            "Mon, 2 Mar 2026 24:00:00 +0100", "Mon, 2 Mar 2026 10:00:00 +2500",
        ])
    func dates(_ value: String) {
        #expect(MailDate(parsing: value) == MailDate(parsing: "(c) \(value)"))
    }
}
