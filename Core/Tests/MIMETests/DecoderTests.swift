// SPDX-License-Identifier: Apache-2.0

import MIME
import TestKit
import Testing

@Suite("A part decoder")
struct PartDecoderTests {
    private func decode(_ pieces: [ArraySlice<UInt8>], _ encoding: TransferEncoding) -> [UInt8] {
        var decoder = PartDecoder(encoding)
        var out: [UInt8] = []
        for piece in pieces { decoder.decode(piece, into: &out) }
        decoder.finish(into: &out)
        return out
    }

    private func decode(_ text: String, _ encoding: TransferEncoding) -> String {
        String(decoding: decode([Array(text.utf8)[...]], encoding), as: UTF8.self)
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
        #expect(decode("words\nbegin 644 x\n+2&5L;&\\@=V]R;&0`\n`\nend\nwords\n", .uuencode) == "Hello world")
    }

    @Test(
        "gives the same bytes wherever its input is cut",
        arguments: [TransferEncoding.base64, .quotedPrintable, .uuencode, .identity])
    func cut(_ encoding: TransferEncoding) {
        let inputs = [
            "SGVsbG8sIHdvcmxkIQ==\r\nU0dWc2JHOD0K\n=\n*SGVs", "a=20b \t \r\n=C3=\r\n=A4 =Z =\t\nx=",
            "begin 644 x\n+2&5L;&\\@=V]R;&0`\n`\nend\n",
        ]
        for input in inputs {
            #expect(DripFeed.firstDifference(Array(input.utf8)) { decode($0, encoding) } == nil)
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
            #expect(decode([encoded[...]], .base64) == bytes)
            #expect(encoded.split(separator: 10).allSatisfy { $0.count <= 77 })
        }
    }
}
