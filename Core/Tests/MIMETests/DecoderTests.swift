// SPDX-License-Identifier: Apache-2.0

import MIME
import TestKit
import Testing

func decoded(_ pieces: [ArraySlice<UInt8>], by encoding: TransferEncoding) -> [UInt8] {
    var decoder = PartDecoder(encoding)
    var out: [UInt8] = []
    for piece in pieces { decoder.decode(piece, into: &out) }
    decoder.finish(into: &out)
    return out
}

@Suite("A part decoder")
struct PartDecoderTests {
    private func decode(_ text: String, _ encoding: TransferEncoding) -> String {
        String(decoding: decoded([Array(text.utf8)[...]], by: encoding), as: UTF8.self)
    }

    @Test(
        "undoes base64",
        arguments: [("SGVsbG8=", "Hello"), ("SGVs\r\nbG8=\r\n", "Hello"), ("SGVsbG8", "Hello"), ("", "")])
    func base64(_ encoded: String, _ plain: String) {
        #expect(decode(encoded, .base64) == plain)
    }

    @Test("goes on behind padding, for programs that glue pieces together")
    func gluedBase64() {
        #expect(decode("SGVsbG8=LCB3b3JsZA==", .base64) == "Hello, world")
    }

    @Test(
        "undoes quoted-printable",
        arguments: [
            ("a=20b=3Dc", "a b=c"), ("soft=\r\nbreak", "softbreak"), ("soft=  \nbreak", "softbreak"),
            ("blanks  \r\nend", "blanks\r\nend"),
            ("broken =ZZ =4", "broken =ZZ =4"), ("=c3=a4", "ä"), ("end=", "end"), ("a\r\nb\n", "a\r\nb\n"),
            ("x =\n y", "x  y"),
        ])
    func quotedPrintable(_ encoded: String, _ plain: String) {
        #expect(decode(encoded, .quotedPrintable) == plain)
    }

    @Test("undoes uuencode from its begin line on")
    func uuencode() {
        for begin in ["begin 644 x", "begin 644", "begin 0644 "] {
            #expect(decode("words\n\(begin)\n+2&5L;&\\@=V]R;&0`\n`\nend\nwords\n", .uuencode) == "Hello world")
        }
    }

    @Test("gives what is no file by uuencode as it is", arguments: ["", "plain words\r\n\nin lines", "begin\n"])
    func plainUuencode(_ words: String) {
        #expect(decode(words, .uuencode) == words)
        let long = String(repeating: "words\n", count: 10_923) + "begin 644 x\n#0V%T\nend\n"
        #expect(decode(long, .uuencode) == long)
        #expect(decode(String(repeating: "words\n", count: 10_920) + "begin 644 x\n#0V%T\nend\n", .uuencode) == "Cat")
        let head = "Content-Transfer-Encoding: x-uuencode\n\n"
        let message = parse(Array((head + words).utf8))
        #expect(message.text == words.replacing("\r\n", with: "\n"))
        #expect(message.defects.map(\.kind) == (words.isEmpty ? [] : [.malformedUUEncode]))
        #expect(parse(Array((head + "begin 644 x\n#0V%T\nend\n").utf8)).defects == [])
        #expect(Defect.Kind.malformedUUEncode.rawValue == "malformed-uuencode")
    }

    @Test(
        "takes the names that programs give to no encoding at all", arguments: ["8 bit", "7 bit", "8-bit", "7bits", ""])
    func names(_ name: String) {
        let message = parse(Array("Content-Transfer-Encoding: \(name)\n\na=20b\n".utf8))
        #expect(message.text == "a=20b\n")
        #expect(message.defects == [])
    }

    @Test(
        "gives the same bytes wherever its input is cut",
        arguments: [TransferEncoding.base64, .quotedPrintable, .uuencode, .identity])
    func cut(_ encoding: TransferEncoding) {
        let inputs = [
            "SGVsbG8sIHdvcmxkIQ==\r\nU0dWc2JHOD0K\n=\n*SGVs", "a=20b \t \r\n=C3=\r\n=A4 =Z =\t\nx=",
            "begin 644 x\n+2&5L;&\\@=V]R;&0`\n`\nend\n", "words\r\n\nwords",
        ]
        for input in inputs {
            #expect(DripFeed.firstDifference(Array(input.utf8)) { decoded($0, by: encoding) } == nil)
        }
    }

    @Test("undoes what the encoder does")
    func roundTrip() {
        var random = SplitMix(state: 4)
        for length in 0..<200 {
            let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }
            var encoder = Base64Encoder()
            var encoded: [UInt8] = []
            encoder.encode(bytes[..<(length / 2)], into: &encoded)
            encoder.encode(bytes[(length / 2)...], into: &encoded)
            encoder.finish(into: &encoded)
            #expect(decoded([encoded[...]], by: .base64) == bytes)
            #expect(encoded.split(separator: 10).allSatisfy { $0.count <= 77 })
        }
    }
}
