// SPDX-License-Identifier: Apache-2.0

import Foundation
import NIOCore
import Testing

@testable import MailTransport

@Suite("What an IMAP server sends")
struct IMAPReaderTests {
    /// All pieces of a stream that comes in cuts of the given sizes; the bytes of a body are joined.
    private func read(
        _ bytes: [UInt8], cutAt cuts: [Int] = [], limits: IMAPReader.Limits = .init()
    ) throws -> [IMAPReader.Piece] {
        var reader = IMAPReader(limits: limits)
        var pieces: [IMAPReader.Piece] = []
        var start = 0
        for end in cuts + [bytes.count] where end > start {
            reader.append(ByteBuffer(bytes: bytes[start..<end]))
            start = end
            while let piece = try reader.next() {
                if case .body(var more) = piece, case .body(var body)? = pieces.last {
                    body.writeBuffer(&more)
                    pieces[pieces.count - 1] = .body(body)
                } else {
                    pieces.append(piece)
                }
            }
        }
        return pieces
    }

    private func response(_ line: String) throws -> IMAPResponse? {
        var reader = IMAPReader()
        reader.append(ByteBuffer(string: line + "\r\n"))
        guard case .response(let response)? = try reader.next() else { return nil }
        return response
    }

    static let responses: [(String, IMAPResponse)] = [
        ("+ idling", .continuation("idling")),
        ("+", .continuation("")),
        ("* OK ready", .status(IMAPStatus(kind: .ok, code: nil, argument: "", text: "ready"))),
        (
            "* OK [UIDVALIDITY 3857529045] UIDs valid",
            .status(IMAPStatus(kind: .ok, code: "UIDVALIDITY", argument: "3857529045", text: "UIDs valid"))
        ),
        (
            #"* OK [PERMANENTFLAGS (\Deleted \Seen \*)] Limited"#,
            .status(IMAPStatus(kind: .ok, code: "PERMANENTFLAGS", argument: #"(\Deleted \Seen \*)"#, text: "Limited"))
        ),
        ("* bye Autologout", .status(IMAPStatus(kind: .bye, code: nil, argument: "", text: "Autologout"))),
        (
            "m1 NO [AUTHENTICATIONFAILED] Authentication failed.",
            .tagged(
                "m1",
                IMAPStatus(kind: .no, code: "AUTHENTICATIONFAILED", argument: "", text: "Authentication failed."))
        ),
        ("m2 OK", .tagged("m2", IMAPStatus(kind: .ok, code: nil, argument: "", text: ""))),
        (
            "* NO disk is {80}",
            .status(IMAPStatus(kind: .no, code: nil, argument: "", text: "disk is {80}"))
        ),
        ("* CAPABILITY IMAP4rev1 idle AUTH=PLAIN", .capability(["IMAP4REV1", "IDLE", "AUTH=PLAIN"])),
        ("* SEARCH 2 84 882", .search([2, 84, 882])),
        ("* SEARCH", .search([])),
        ("* 172 EXISTS", .exists(172)),
        ("* 3 expunge", .expunge(3)),
        ("* 1 RECENT", .other("RECENT")),
        (#"* LIST (\HasNoChildren) "/" INBOX"#, .other("LIST")),
        ("", .other("")),
        ("*", .other("")),
    ]

    @Test("is understood", arguments: responses)
    func understood(_ line: String, _ expected: IMAPResponse) throws {
        #expect(try response(line) == expected)
    }

    @Test("tells of a message what was asked, whatever else it tells")
    func fetched() throws {
        let line =
            #"* 12 FETCH (X-GM-MSGID 1278 FLAGS (\Seen $Junk) BODYSTRUCTURE (("a" NIL (("b"))) "mixed") UID 4827 "#
            + #"INTERNALDATE "17-Jul-1996 02:44:25 -0700" RFC822.SIZE 4286)"#
        var expected = IMAPFetched(sequence: 12)
        expected.uid = 4827
        expected.flags = [#"\Seen"#, "$Junk"]
        expected.received = "17-Jul-1996 02:44:25 -0700"
        expected.size = 4286
        #expect(try response(line) == .fetch(expected))
    }

    @Test("may carry a body as a quoted string with escapes")
    func quotedBody() throws {
        var expected = IMAPFetched(sequence: 1)
        expected.uid = 7
        expected.inlineBody = Array(#"say "a\b""#.utf8)
        #expect(try response(#"* 1 FETCH (UID 7 BODY[] "say \"a\\b\"")"#) == .fetch(expected))
    }

    @Test("passes bodies through and keeps other literals")
    func bodies() throws {
        let stream = "* 1 FETCH (UID 7 BODY[] {5}\r\na\r\nb\n)\r\n* 2 FETCH (INTERNALDATE {1}\r\nx UID 8)\r\n"
        var first = IMAPFetched(sequence: 1)
        first.uid = 7
        var second = IMAPFetched(sequence: 2)
        second.uid = 8
        second.received = "x"
        #expect(
            try read(Array(stream.utf8)) == [
                .bodyBegins(IMAPBody(sequence: 1, uid: 7, length: 5)), .body(ByteBuffer(string: "a\r\nb\n")), .bodyEnds,
                .response(.fetch(first)), .response(.fetch(second)),
            ])
    }

    @Test("says nothing of a number that stands behind its body")
    func lateUID() throws {
        var reader = IMAPReader()
        reader.append(ByteBuffer(string: "* 1 FETCH (BODY[HEADER]<0> {0}\r\n UID 7)\r\n"))
        #expect(try reader.next() == .bodyBegins(IMAPBody(sequence: 1, uid: nil, length: 0)))
        #expect(try reader.next() == .bodyEnds)
        var expected = IMAPFetched(sequence: 1)
        expected.uid = 7
        #expect(try reader.next() == .response(.fetch(expected)))
        #expect(reader.isEmpty)
    }

    @Test("is refused if it is no IMAP", arguments: ["HTTP/1.1 400 Bad Request", "220 mail.example.org ESMTP"])
    func refused(_ line: String) {
        #expect(throws: IMAPViolation(words: "an answer that is not IMAP")) { try response(line) }
    }

    @Test("is refused if it nests too deep")
    func nesting() {
        let line = "* 1 FETCH " + String(repeating: "(", count: 100_000)
        #expect(throws: IMAPViolation(words: "lists nested too deep")) { try response(line) }
    }

    @Test("is bounded: a line, a literal, and all literals of a response")
    func bounds() {
        let limits = IMAPReader.Limits(response: 100, literal: 50)
        #expect(throws: IMAPViolation(words: "a line that is too long")) {
            try read(Array(repeating: UInt8(ascii: "a"), count: 101), limits: limits)
        }
        #expect(throws: IMAPViolation(words: "a literal that is too long")) {
            try read(Array("* LIST {51}\r\n".utf8), limits: limits)
        }
        let many = String(repeating: "* LIST {40}\r\n\(String(repeating: "x", count: 40)) ", count: 1)
        let more = String(repeating: "{40}\r\n\(String(repeating: "x", count: 40)) ", count: 3)
        #expect(throws: IMAPViolation(words: "a line that is too long")) {
            try read(Array((many + more).utf8), limits: limits)
        }
    }

    @Test("is the same in whatever cuts it comes")
    func cuts() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Fixtures/sessions/imap")
        let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)?.allObjects ?? []
        let names = files.compactMap { ($0 as? URL)?.path }.filter { $0.hasSuffix(".txt") }
        #expect(names.count > 10)
        for name in names {
            let transcript = try String(contentsOfFile: name, encoding: .utf8)
            for lines in ScriptServer.connections(in: transcript) {
                let bytes = Array(lines.filter { $0.side == "S" }.map { $0.text + "\r\n" }.joined().utf8)
                let whole = try? read(bytes)
                #expect((try? read(bytes, cutAt: Array(bytes.indices))) == whole, "\(name)")
                let step = name.contains("gmail") ? 1 : 41
                for cut in stride(from: 1, to: bytes.count, by: step) {
                    #expect((try? read(bytes, cutAt: [cut])) == whole, "\(name), cut at \(cut)")
                }
            }
        }
    }

    @Test("never traps, whatever it is")
    func noise() {
        var chance = SplitMix(state: 42)
        let seeds = [
            "* 1 FETCH (UID 7 FLAGS (\\Seen) BODY[] {5}\r\nhello RFC822.SIZE 3 INTERNALDATE \"x\\\"y\")\r\n",
            "* OK [CAPABILITY IMAP4rev1 IDLE] a\r\nm1 NO [X] b {3}\r\n+ c\r\n* SEARCH 1 2 3\r\n* 99999999999 EXISTS\r\n",
        ]
        for round in 0..<4000 {
            var bytes = Array(seeds[round % 2].utf8)
            for _ in 0..<Int(chance.next() % 6) {
                let at = Int(chance.next() % UInt64(bytes.count))
                switch chance.next() % 3 {
                case 0: bytes[at] = UInt8(truncatingIfNeeded: chance.next())
                case 1:
                    bytes.insert(contentsOf: Array("(){}[]\"\\ 9\r\n".utf8).shuffled(using: &chance).prefix(3), at: at)
                default: bytes.remove(at: at)
                }
            }
            let cut = Int(chance.next() % UInt64(bytes.count))
            let whole = Result { try read(bytes) }
            let parted = Result { try read(bytes, cutAt: [cut]) }
            #expect((try? whole.get()) == (try? parted.get()), "\(String(decoding: bytes, as: UTF8.self))")
        }
    }
}
