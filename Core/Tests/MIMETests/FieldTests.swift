// SPDX-License-Identifier: Apache-2.0

import MIME
import Testing

@Suite("A date")
struct MailDateTests {
    @Test(
        "is read in all its forms",
        arguments: [
            ("Fri, 21 Nov 1997 09:55:06 -0600", "1997-11-21T09:55:06-06:00"),
            ("Thu, 13 Feb 1969 23:32 -0330", "1969-02-13T23:32:00-03:30"),
            ("21 Nov 97 09:55:06 GMT", "1997-11-21T09:55:06+00:00"),
            ("Fri, 21 Nov 1997 09:55:06 (a (nested) comment) -0600", "1997-11-21T09:55:06-06:00"),
            ("Mon, 1 Jan 01 00:00:00 PDT", "2001-01-01T00:00:00-07:00"),
            ("Thu Nov  1 10:00:00 2003", "2003-11-01T10:00:00+00:00"),
            ("2026-02-03T09:15:00Z", "2026-02-03T09:15:00+00:00"),
            ("2026-02-03 09:15:00 +0100", "2026-02-03T09:15:00+01:00"),
            ("Tue, 29 Feb 2000 23:59:60 +0000 (UTC)", "2000-02-29T23:59:59+00:00"),
            ("1 Apr 2026 3:04:05 PM +0200", "2026-04-01T15:04:05+02:00"),
            ("Wed, 17 May 2000 19:35:05 GMT+0200", "2000-05-17T19:35:05+02:00"),
            ("Tue, 1 Jul 2003 ((never closed) 10:52:37 +0200", nil), ("Tue, 1 Jul 2003", "2003-07-01T00:00:00+00:00"),
            ("not a date", nil), ("", nil), ("Fri, 99 Nov 1997 09:55:06", nil), ("1 Jan 2000 25:00:00", nil),
        ] as [(String, String?)])
    func reads(_ value: String, _ wanted: String?) {
        #expect(MailDate(parsing: value)?.description == wanted)
    }

    @Test(
        "is written so that it reads back", arguments: [0, 951_782_400, -1, 1_770_106_500, 4_102_444_800, 68_169_599])
    func roundTrip(_ seconds: Int) {
        for offset in [-720, -210, 0, 60, 345, 840] {
            let date = MailDate(secondsSince1970: seconds, offsetMinutes: offset)
            #expect(MailDate(parsing: date.fieldValue) == date)
            #expect(MailDate(parsing: date.description) == date)
        }
    }

    @Test("names its weekday")
    func weekday() {
        #expect(
            MailDate(secondsSince1970: 1_770_106_500, offsetMinutes: 60).fieldValue == "Tue, 3 Feb 2026 09:15:00 +0100")
        #expect(MailDate(secondsSince1970: -86_400 * 4).fieldValue == "Sun, 28 Dec 1969 00:00:00 +0000")
    }
}

@Suite("An address field")
struct MailboxTests {
    @Test(
        "is read as people mean it",
        arguments: [
            ("jane@example.com", [("", "jane@example.com")]),
            ("Jane Doe <jane@example.com>", [("Jane Doe", "jane@example.com")]),
            (
                "\"Doe, Jane\" <jane@example.com>, bob@example.com",
                [("Doe, Jane", "jane@example.com"), ("", "bob@example.com")]
            ),
            ("jane@example.com (Jane \\(the\\) Doe)", [("Jane (the) Doe", "jane@example.com")]),
            ("undisclosed-recipients:;", []),
            (
                "Team: a@example.com, \"B\" <b@example.com>; c@example.com",
                [("", "a@example.com"), ("B", "b@example.com"), ("", "c@example.com")]
            ),
            ("<jane @ example . com>", [("", "jane@example.com")]),
            ("\"john smith\"@example.com", [("", "\"john smith\"@example.com")]),
            ("<\"a, b\"@example.com>", [("", "\"a, b\"@example.com")]),
            ("Jane <jane@example.com", [("Jane", "jane@example.com")]),
            (
                "Jane <jane@example.com, Bob <bob@example.com>",
                [("Jane", "jane@example.com"), ("Bob", "bob@example.com")]
            ),
            ("root", [("root", "")]),
            ("=?iso-8859-1?Q?Jürgen?= =?iso-8859-1?Q?_Doe?= <j@example.com>", [("Jürgen Doe", "j@example.com")]),
            ("=?utf-8?q?Doe=2C_Jane?= <jane@example.com>", [("Doe, Jane", "jane@example.com")]),
            ("\"=?utf-8?q?J=C3=B6rg?=\" <j@example.com>", [("Jörg", "j@example.com")]),
            ("Jane Doe jane@example.com", [("Jane Doe", "jane@example.com")]),
            ("\"jane@example.com\" <mallory@example.net>", [("jane@example.com", "mallory@example.net")]),
            (",,, jane@example.com ,;", [("", "jane@example.com")]),
            ("", []),
        ] as [(String, [(String, String)])])
    func reads(_ value: String, _ wanted: [(String, String)]) {
        #expect(mailboxes(parsing: value) == wanted.map { Mailbox(name: $0.0, address: $0.1) })
    }
}

@Suite("A content type")
struct ContentTypeTests {
    @Test(
        "is read with the parameters that were meant",
        arguments: [
            ("text/plain; charset=utf-8", "text/plain", ["charset": "utf-8"]),
            ("TEXT/HTML;CHARSET=\"x\\\"y\"", "text/html", ["charset": "x\"y"]),
            ("image/ jpeg (a picture); name=a b.jpg ; x=1", "image/jpeg", ["name": "a b.jpg", "x": "1"]),
            ("text/plain; charset=utf-8 format=flowed", "text/plain", ["charset": "utf-8", "format": "flowed"]),
            ("multipart/mixed; boundary=\"no end", "multipart/mixed", ["boundary": "no end"]),
            ("application/x; name*0=\"a\"; name*1=\"b\"", "application/x", ["name": "ab"]),
            ("application/x; name*=iso-8859-1'de'%FCber", "application/x", ["name": "über"]),
            ("application/x; name=plain; name*=utf-8''better", "application/x", ["name": "better"]),
            ("html", "text/html", [:]), ("garbage", "text/plain", [:]), (";;;", "text/plain", [:]),
            ("application/x; name=\"C:\\dir\\file\"", "application/x", ["name": "C:\\dir\\file"]),
        ] as [(String, String, [String: String])])
    func reads(_ value: String, _ type: String, _ parameters: [String: String]) {
        let found = ContentType(parsing: value)
        #expect(found.type == type)
        #expect(Dictionary(uniqueKeysWithValues: found.parameters.entries.map { ($0.name, $0.value) }) == parameters)
    }
}

@Suite("A field that may stand once")
struct SingleFieldTests {
    @Test(
        "is a defect when it is there again, in whatever case",
        arguments: [
            "From", "Sender", "Reply-To", "To", "Cc", "Bcc", "Subject", "Date", "Message-ID", "In-Reply-To",
            "References", "Content-Type", "Content-Transfer-Encoding", "MIME-Version",
        ])
    func twice(_ name: String) {
        let field = ["Content-Type": "text/plain", "Content-Transfer-Encoding": "7bit"][name] ?? "x"
        let twice = "\(name): \(field)\n\(name.uppercased()): \(field)\n"
        #expect(parse(Array("\(twice)\nx\n".utf8)).defects == [Defect(.duplicateField, part: 0)])
        #expect(parse(Array("\(name): \(field)\nReceived: x\nReceived: x\n\nx\n".utf8)).defects == [])
        let inner = "Content-Type: multipart/mixed; boundary=b\n\n--b\n\(twice)\nx\n--b--\n"
        #expect(parse(Array(inner.utf8)).defects == [Defect(.duplicateField, part: 1)])
    }
}

@Suite("A field of message ids")
struct MessageIDTests {
    @Test("is read in order, with or without brackets")
    func reads() {
        #expect(MessageID.list("<a@b> <c@d>,<e@\n f>").map(\.rawValue) == ["a@b", "c@d", "e@f"])
        #expect(MessageID.list("a@b c@d").map(\.rawValue) == ["a@b", "c@d"])
        #expect(MessageID.list("Your message of Monday <a@b>").map(\.rawValue) == ["a@b"])
        #expect(MessageID.list("").isEmpty)
    }

    @Test("passes over ids that are too long")
    func long() {
        let longest = String(repeating: "a", count: 1_998) + "@b"
        #expect(MessageID.list("<a\(longest)> <\(longest)> <a@b>").map(\.rawValue) == [longest, "a@b"])
        #expect(MessageID.list("<a \(longest)> <a@b>").map(\.rawValue) == ["a@b"])
        #expect(MessageID.list("a\(longest) a@b").map(\.rawValue) == ["a@b"])
    }

    @Test("refuses what could not stand in a header")
    func refuses() {
        for raw in ["", " ", "a b", "a\r\nBcc: x", "<<a>>", "a>b"] { #expect(MessageID(raw) == nil) }
        #expect(MessageID(" <a@b> ")?.description == "<a@b>")
    }
}

@Suite("Authentication-Results")
struct AuthenticationResultsTests {
    @Test("are read with methods, values and properties")
    func reads() throws {
        let value = """
            mx.example.net 1; spf=pass (sender ok) smtp.mailfrom=jane@example.com; dkim=fail reason="bad \\"sig\\"" \
            header.d=example.com header.s=k1; dmarc/1=Pass header.from=example.com;
            """
        let found = try #require(AuthenticationResults(parsing: value))
        #expect(found.server == "mx.example.net")
        #expect(found.results.map(\.method) == ["spf", "dkim", "dmarc"])
        #expect(found.results.map(\.value) == ["pass", "fail", "pass"])
        #expect(found.results[1].reason == "bad \"sig\"")
        #expect(found.results(of: "dmarc").first?.property("header.from") == "example.com")
    }

    @Test("of nothing are none")
    func none() {
        #expect(AuthenticationResults(parsing: "mx.example.net; none")?.results.isEmpty == true)
        #expect(AuthenticationResults(parsing: "") == nil)
    }
}
