// SPDX-License-Identifier: Apache-2.0

import TestKit
import Testing

@testable import MIME

@Suite("A winmail.dat")
struct TNEFTests {
    @Test("has a subject, bodies and files with their long names")
    func plain() throws {
        var writer = TNEFWriter()
        writer.attribute(1, 0x0006_9007, longs(1252, 0))
        writer.attribute(1, 0x0001_8004, Array("Old subject\0".utf8))
        writer.attribute(
            1, 0x0006_9003,
            TNEFWriter.properties([
                .wide(0x0037, "Grüße 😀"), .text(0x1000, "Hello\r\nJane"), .number(0x3FDE, 65001),
                .binary(0x1013, Array("<p>Grüße</p>".utf8)), .named("x-own", "value"),
                .many(0x5001, [[1, 2, 3], [4]]),
            ]))
        writer.file(
            title: "REPORT~1.PDF", content: [1, 2, 3],
            [
                .wide(0x3707, "Report for März.pdf"), .text(0x370E, "application/pdf"),
                .text(0x3712, "<id1@example.org>"),
            ])
        writer.file(title: "", content: [9], [])
        writer.file(title: "../up\\a.txt", content: [], [])
        let tnef = TNEF(parsing: writer.bytes)
        #expect(tnef.defects == [])
        #expect(tnef.subject == "Grüße 😀")
        #expect(tnef.text == "Hello\nJane")
        #expect(tnef.html == "<p>Grüße</p>")
        #expect(tnef.files.map(\.name) == ["Report for März.pdf", "Untitled Attachment", ".._up_a.txt"])
        #expect(tnef.files.map(\.type) == ["application/pdf", "application/octet-stream", "text/plain"])
        #expect(tnef.files.first?.contentID == "id1@example.org")
        #expect(tnef.files.map { Array(writer.bytes[$0.range]) } == [[1, 2, 3], [9], []])
    }

    @Test("has names in the code page of its sender")
    func codePage() {
        var writer = TNEFWriter()
        writer.attribute(1, 0x0006_9007, longs(1251, 0))
        writer.file(
            title: nil, content: [7],
            [.bytes(0x3707, 0x1E, [0xEF, 0xF0, 0xE8, 0xEC, 0xE5, 0xF0, 0x2E, 0x64, 0x6F, 0x63, 0])])
        #expect(TNEF(parsing: writer.bytes).files.map(\.name) == ["пример.doc"])
    }

    @Test("may hold a message with files of its own, and an object as it stands")
    func nested() {
        var inner = TNEFWriter()
        inner.file(title: "inner.txt", content: [5, 6], [])
        var writer = TNEFWriter()
        let mark: [UInt8] = [7, 3, 2, 0, 0, 0, 0, 0, 0xC0, 0, 0, 0, 0, 0, 0, 0x46]
        writer.file(title: "Forwarded", content: nil, [.bytes(0x3701, 0x0D, mark + inner.bytes)])
        writer.file(title: "sheet", content: nil, [.bytes(0x3701, 0x0D, mark + [1, 2])])
        writer.file(title: "last.txt", content: [8], [])
        let tnef = TNEF(parsing: writer.bytes)
        #expect(tnef.files.map(\.name) == ["Forwarded", "inner.txt", "sheet", "last.txt"])
        #expect(tnef.files.map(\.depth) == [0, 1, 0, 0])
        #expect(tnef.files.map(\.isMessage) == [true, false, false, false])
        #expect(Array(writer.bytes[tnef.files[1].range]) == [5, 6])
        #expect(Array(writer.bytes[tnef.files[2].range]) == mark + [1, 2])
        #expect(tnef.defects == [])
    }

    @Test("nested without end is read to a bound")
    func deep() {
        var stream = TNEFWriter()
        stream.file(title: "core", content: [1], [])
        for _ in 0..<30 {
            var outer = TNEFWriter()
            outer.file(
                title: "m", content: nil, [.bytes(0x3701, 0x0D, [UInt8](repeating: 0, count: 16) + stream.bytes)])
            stream = outer
        }
        let tnef = TNEF(parsing: stream.bytes)
        #expect(tnef.files.count == 10)
        #expect(tnef.defects == [.tooDeep])
    }

    @Test("that is broken is read as far as it goes")
    func broken() {
        var writer = TNEFWriter()
        writer.file(title: "a.txt", content: [1, 2, 3], [])
        let bytes = writer.bytes
        #expect(TNEF(parsing: []).defects == [.notTNEF])
        #expect(TNEF(parsing: Array("not one".utf8)).defects == [.notTNEF])
        #expect(TNEF(parsing: bytes + [0, 0, 0]).defects == [.trailingBytes])
        #expect(TNEF(parsing: bytes + [0, 0, 0]).files.count == 1)
        var wrong = bytes
        wrong[wrong.count - 1] ^= 1
        #expect(TNEF(parsing: wrong).defects == [.badChecksum])
        #expect(TNEF(parsing: Array(bytes.dropLast(3))).defects == [.truncated])
        #expect(TNEF(parsing: Array(bytes.dropLast(3))).files.map(\.range.count) == [2])
        var list = TNEFWriter()
        list.attribute(1, 0x0006_9003, longs(0xFFFF_FFFF, 0x1000_001E, 0xFFFF_FFFF))
        #expect(TNEF(parsing: list.bytes).defects == [.badProperties])
    }

    @Test("never traps, whatever is cut, flipped or spliced", arguments: 0..<200)
    func mutations(_ seed: Int) {
        var writer = TNEFWriter()
        writer.attribute(
            1, 0x0006_9003, TNEFWriter.properties([.binary(0x1009, Self.packed), .wide(0x0037, "x"), .named("n", "v")]))
        var inner = TNEFWriter()
        inner.file(title: "i", content: [1], [.wide(0x3707, "long")])
        writer.file(title: "t", content: nil, [.bytes(0x3701, 0x0D, [UInt8](repeating: 0, count: 16) + inner.bytes)])
        var random = SplitMix(state: UInt64(seed))
        for _ in 0..<50 {
            let mutant = random.mutated(writer.bytes)
            let tnef = TNEF(parsing: mutant)
            #expect(tnef.files.allSatisfy { $0.range.upperBound <= mutant.count })
            _ = (tnef.text, tnef.html)
        }
    }

    /// The first example of [MS-OXRTFCP] §4.1.
    static let packed: [UInt8] = [
        0x2D, 0, 0, 0, 0x2B, 0, 0, 0, 0x4C, 0x5A, 0x46, 0x75, 0xF1, 0xC5, 0xC7, 0xA7, 0x03, 0x00, 0x0A, 0x00, 0x72,
        0x63,
        0x70, 0x67, 0x31, 0x32, 0x35, 0x42, 0x32, 0x0A, 0xF3, 0x20, 0x68, 0x65, 0x6C, 0x09, 0x00, 0x20, 0x62, 0x77,
        0x05,
        0xB0, 0x6C, 0x64, 0x7D, 0x0A, 0x80, 0x0F, 0xA0,
    ]
}

@Suite("RTF of Outlook")
struct RTFTests {
    private func unpacked(_ bytes: [UInt8], limit: Int = 10_000) -> (String, Bool) {
        let (out, isBroken) = bytes.withUnsafeBufferPointer { CompressedRTF.unpack($0, limit: limit) }
        return (String(decoding: out, as: UTF8.self), isBroken)
    }

    @Test("is unpacked as the examples of its specification say")
    func examples() {
        #expect(unpacked(TNEFTests.packed) == ("{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n", false))
        // §4.2: a reference that reaches into what it writes itself.
        let crossing: [UInt8] = [
            0x1A, 0, 0, 0, 0x1C, 0, 0, 0, 0x4C, 0x5A, 0x46, 0x75, 0xE2, 0xD4, 0x4B, 0x51, 0x41, 0x00, 0x04, 0x20, 0x57,
            0x58, 0x59, 0x5A, 0x0D, 0x6E, 0x7D, 0x01, 0x0E, 0xB0,
        ]
        #expect(unpacked(crossing) == ("{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}", false))
        let plain: [UInt8] = [0x0E, 0, 0, 0, 2, 0, 0, 0, 0x4D, 0x45, 0x4C, 0x41, 0, 0, 0, 0, 0x7B, 0x7D]
        #expect(unpacked(plain) == ("{}", false))
    }

    @Test("that is cut, wrong or too long is unpacked as far as it goes")
    func broken() {
        #expect(unpacked([1, 2, 3]) == ("", true))
        #expect(unpacked(Array(TNEFTests.packed.prefix(24))).1)
        #expect(unpacked(TNEFTests.packed, limit: 6) == ("{\\rtf1", true))
        var wrong = TNEFTests.packed
        wrong[13] ^= 1
        #expect(unpacked(wrong) == ("{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n", true))
    }

    @Test("has its words")
    func words() {
        let rtf =
            "{\\rtf1\\ansi\\ansicpg1252{\\fonttbl{\\f0 Arial;}}{\\*\\generator X;}\\pard Gr\\'fc\\'dfe\\par \\u26085?\\u26412? "
            + "\\u-10179?\\u-8704?\\tab a\\~b\\emdash {\\b bold}{\\pict 0102}\\par\\{x\\}}"
        #expect(RTF(Array(rtf.utf8)).text == "Grüße\n日本 😀\ta\u{A0}b\u{2014}bold\n{x}")
        #expect(RTF(Array(rtf.utf8)).html == nil)
    }

    @Test("gives back the HTML that was wrapped into it")
    func html() {
        let rtf =
            "{\\rtf1\\ansi\\ansicpg1251\\fromhtml1 \\deff0{\\fonttbl{\\f0\\fswiss Arial;}}\r\n{\\*\\htmltag64 <p>}\\htmlrtf \\par "
            + "\\htmlrtf0 \\'cf\\'f0\\'e8{\\*\\htmltag84 <b>}\\htmlrtf {\\b \\htmlrtf0 bold\\htmlrtf }\\htmlrtf0 {\\*\\htmltag92 </b>}"
            + "{\\*\\mhtmltag1 <x>}{\\*\\htmltag72 </p>\\'0a}\\par }"
        #expect(RTF(Array(rtf.utf8)).html == "<p>При<b>bold</b></p>\n\n")
    }

    @Test("may open a million groups")
    func deep() {
        #expect(RTF(Array(String(repeating: "{", count: 1_000_000).utf8)).text == "")
        #expect(
            RTF(Array((String(repeating: "{", count: 5_000) + "x" + String(repeating: "}", count: 5_000) + "y").utf8))
                .text == "y")
        #expect(RTF(Array("a\\bin999999999 x\\u\\'z\\".utf8)).text == "a")
    }
}

private func longs(_ values: UInt32...) -> [UInt8] { values.flatMap(TNEFWriter.long) }

/// Writes streams for the tests.
struct TNEFWriter {
    enum Property {
        case wide(UInt16, String)
        case text(UInt16, String)
        case number(UInt16, UInt32)
        case binary(UInt16, [UInt8])
        case bytes(UInt16, UInt16, [UInt8])
        case named(String, String)
        case many(UInt16, [[UInt8]])
    }

    private(set) var bytes: [UInt8] = [0x78, 0x9F, 0x3E, 0x22, 1, 0]

    mutating func attribute(_ level: UInt8, _ id: UInt32, _ content: [UInt8]) {
        let sum = content.reduce(UInt16(0)) { $0 &+ UInt16($1) }
        bytes += [level] + TNEFWriter.long(id) + TNEFWriter.long(UInt32(content.count)) + content
        bytes += [UInt8(sum & 255), UInt8(sum >> 8)]
    }

    mutating func file(title: String?, content: [UInt8]?, _ properties: [Property]) {
        attribute(2, 0x0006_9002, [UInt8](repeating: 0, count: 14))
        if let title { attribute(2, 0x0001_8010, Array(title.utf8) + [0]) }
        if !properties.isEmpty { attribute(2, 0x0006_9005, TNEFWriter.properties(properties)) }
        if let content { attribute(2, 0x0006_800F, content) }
    }

    static func properties(_ list: [Property]) -> [UInt8] { long(UInt32(list.count)) + list.flatMap(property) }

    private static func property(_ property: Property) -> [UInt8] {
        switch property {
        case .wide(let id, let text): value(id, 0x1F, [wide(text)])
        case .text(let id, let text): value(id, 0x1E, [Array(text.utf8) + [0]])
        case .number(let id, let number): short(3) + short(id) + long(number)
        case .binary(let id, let bytes): value(id, 0x102, [bytes])
        case .bytes(let id, let type, let bytes): value(id, type, [bytes])
        case .named(let name, let text):
            short(0x1F) + short(0x8001) + [UInt8](repeating: 1, count: 16) + long(1) + sized(wide(name)) + long(1)
                + sized(wide(text))
        case .many(let id, let values): value(id, 0x1102, values)
        }
    }

    private static func value(_ id: UInt16, _ type: UInt16, _ values: [[UInt8]]) -> [UInt8] {
        short(type) + short(id) + long(UInt32(values.count)) + values.flatMap(sized)
    }

    private static func sized(_ bytes: [UInt8]) -> [UInt8] {
        long(UInt32(bytes.count)) + bytes + [UInt8](repeating: 0, count: (4 - bytes.count % 4) % 4)
    }

    private static func wide(_ text: String) -> [UInt8] { text.utf16.flatMap(short) + [0, 0] }
    static func short(_ value: UInt16) -> [UInt8] { [UInt8(value & 255), UInt8(value >> 8)] }
    static func long(_ value: UInt32) -> [UInt8] { (0..<4).map { UInt8(value >> ($0 * 8) & 255) } }
}
