// SPDX-License-Identifier: Apache-2.0

import Foundation
import Planning
import TestKit
import Testing

@testable import Engine

@Suite("Files that are no parts of a letter")
struct UnpackingTests {
    @Test("go to Jira byte for byte, out of winmail.dat and out of the text")
    func files() async throws {
        let winmail = Data(try Fixtures.bytes(at: "fuzz/tnef/file-and-bodies.input")).base64EncodedString()
        let body = """
            --mix\r
            Content-Type: text/plain\r
            \r
            Here they are.\r
            begin 644 cat.txt\r
            #0V%T\r
            `\r
            end\r
            --mix\r
            Content-Type: application/ms-tnef; name=winmail.dat\r
            Content-Transfer-Encoding: base64\r
            \r
            \(winmail)\r
            --mix--\r

            """
        try await withWorkplace { place in
            let job = try await place.take(letter(type: "multipart/mixed; boundary=mix", body: body))
            try await place.work()
            #expect(await place.sandbox.issues().first?.files == ["cat.txt: Cat", "long name.txt: content"])
            let record = try #require(try await place.audit(job))
            #expect(record.findings.contains { $0.id == "attach.opened" })
            #expect(record.findings.contains { $0.id == "attach.taken-from-text" })
        }
    }

    @Test("are found in Jira after a crash, and not sent again")
    func reconciled() async throws {
        let body = "begin 644 cat.txt\r\n#0V%T\r\n`\r\nend\r\n"
        try await withWorkplace { place in
            try await place.take(letter(body: body))
            await place.sandbox.fail("500", "POST", "/rest/api/3/issue/10001/attachments")
            try await place.work()
            await place.sandbox.mend()
            try await place.work(after: 3_600)
            #expect(await place.sandbox.issues().map(\.files) == [["cat.txt: Cat"]])
        }
    }
}

@Suite("A mail to an address beyond ASCII")
struct InternationalMailTests {
    @Test(
        "goes out under its domain's name in ASCII",
        arguments: [
            ("somebody@müller.example", "somebody@xn--mller-kva.example"), ("jürgen@example.org", "jürgen@example.org"),
        ])
    func answered(_ sender: String, _ recipient: String) async throws {
        try await withWorkplace {
            $0.profiles[0].strangers = .reject
            $0.profiles[0].outbound = outbound
        } _: { place in
            try await place.take(letter(from: "Somebody <\(sender)>"))
            try await place.work()
            #expect(await place.sandbox.told() == ["\(recipient): Not processed: The printer prints stripes"])
        }
    }
}
