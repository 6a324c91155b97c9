// SPDX-License-Identifier: Apache-2.0

import Foundation
import NIOCore
import Testing

@testable import MailTransport

@Suite("An address of an envelope")
struct SMTPAddressTests {
    @Test(
        "is taken",
        arguments: [
            "ann@example.com", "ann+tag@sub.example.com", "\"ann b\"@example.com", "\"a\\\"b\"@example.com",
            "ann@[192.0.2.1]", "ann@[IPv6:2001:db8::1]", "jürgen@exämple.org", "postmaster", "a..b@example.com",
            "o'hara@example.com", "\"a@b\"@example.com",
        ])
    func good(text: String) {
        #expect(SMTPAddress(text)?.rawValue == text)
    }

    @Test(
        "is refused when it could break out of its command",
        arguments: [
            "", "@example.com", "ann@", "a b@example.com", "a>@example.com", "a<b@example.com", "a@b\r\nRCPT TO:<c@d>",
            "a\n@b", "\"a\"b\"@c", "\"a\\\"@c", "a@b c", "a@b>", "a\0@b", "a@.b", "\"a\r\n\"@b",
            String(repeating: "a", count: 400) + "@b",
        ])
    func bad(text: String) {
        #expect(SMTPAddress(text) == nil)
    }

    @Test("knows its parts")
    func parts() {
        let address = SMTPAddress("\"a@b\"@example.com")
        #expect(address?.localPart == "\"a@b\"")
        #expect(address?.domain == "example.com")
        #expect(SMTPAddress("postmaster")?.domain == "")
        #expect(SMTPAddress("jürgen@example.org")?.needsUTF8 == true)
    }
}

@Suite("A command line")
struct SMTPCommandTests {
    @Test(
        "is read as programs write it",
        arguments: [
            ("mail from:<a@b>", SMTPCommand.mail(SMTPAddress("a@b"), [])),
            ("MAIL FROM: <a@b>  SIZE=5 ", .mail(SMTPAddress("a@b"), [.init(keyword: "SIZE", value: "5")])),
            ("MAIL FROM:<> body=8BITMIME", .mail(nil, [.init(keyword: "BODY", value: "8BITMIME")])),
            ("MAIL FROM:a@b SMTPUTF8", .mail(SMTPAddress("a@b"), [.init(keyword: "SMTPUTF8", value: nil)])),
            ("RCPT TO:<@x,@y:a@b>", .recipient(SMTPAddress("a@b")!, [])),
            ("RCPT TO:<\"a>b\"@c>", .recipient(SMTPAddress("\"a>b\"@c")!, [])),
            ("rcpt to:<Postmaster>", .recipient(SMTPAddress("Postmaster")!, [])),
            ("EHLO [127.0.0.1]", .ehlo("[127.0.0.1]")), ("helo  x ", .helo("x")), ("QUIT ", .quit),
            ("AUTH plain =", .authenticate(mechanism: "PLAIN", initial: "=")), ("STARTTLS", .startTLS),
        ])
    func good(line: String, command: SMTPCommand) throws {
        #expect(try SMTPCommand(parsing: ByteBuffer(string: line)) == command)
    }

    @Test(
        "is refused with the fitting fault",
        arguments: [
            ("MAIL <a@b>", SMTPCommand.Fault.syntax), ("MAIL FROM:", .syntax), ("MAIL FROM:<a@b>x", .syntax),
            ("MAIL FROM:<a@b", .badAddress), ("RCPT TO:<>", .badAddress), ("RCPT TO:<a b>", .badAddress),
            ("DATA now", .syntax), ("AUTH", .syntax), ("AUTH A B C", .syntax), ("MAILFROM:<a@b>", .unknownCommand),
            ("", .unknownCommand), ("MAIL FROM:<a@b> =x", .syntax), ("ABCDEFGHIJKL", .unknownCommand),
        ])
    func bad(line: String, fault: SMTPCommand.Fault) {
        #expect(throws: fault) { try SMTPCommand(parsing: ByteBuffer(string: line)) }
    }
}

@Suite("A network of allowed clients")
struct IPNetworkTests {
    @Test(
        "contains its addresses and no others",
        arguments: [
            ("10.0.0.0/8", "10.255.0.1", true), ("10.0.0.0/8", "11.0.0.1", false),
            ("10.0.0.0/8", "::ffff:10.1.2.3", true),
            ("192.0.2.7", "192.0.2.7", true), ("192.0.2.7", "192.0.2.8", false), ("0.0.0.0/0", "203.0.113.9", true),
            ("0.0.0.0/0", "2001:db8::1", false), ("::/0", "2001:db8::1", true),
            ("2001:db8::/33", "2001:db8:7fff::1", true),
            ("2001:db8::/33", "2001:db8:8000::1", false), ("fe80::/10", "febf::1", true), ("::1", "::1", true),
            ("2001:db8::/64", "2001:db8::ffff", true), ("2001:db8::/65", "2001:db8::8000:0:0:0", false),
            ("192.0.2.128/25", "192.0.2.127", false), ("192.0.2.128/25", "192.0.2.200", true),
        ])
    func contains(network: String, address: String, expected: Bool) throws {
        #expect(try #require(IPNetwork(network)).contains(try #require(IPAddress(address))) == expected)
    }

    @Test(
        "is refused when it is none",
        arguments: ["", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "x", "::/129", "10.0.0.0/8/8", "1.2.3"])
    func bad(text: String) {
        #expect(IPNetwork(text) == nil)
    }

    @Test("knows this machine")
    func loopback() {
        #expect(IPAddress("127.1.2.3")?.isLoopback == true)
        #expect(IPAddress("::1")?.isLoopback == true)
        #expect(IPAddress("::ffff:127.0.0.1")?.isLoopback == true)
        #expect(IPAddress("126.0.0.1")?.isLoopback == false)
        #expect(IPAddress("192.0.2.1")?.description == "192.0.2.1")
        #expect(IPAddress("2001:DB8::1")?.description == "2001:db8::1")
    }
}

@Suite("Credentials")
struct CredentialsTests {
    @Test("print no secret")
    func description() {
        let credentials = Credentials(user: "ann", password: "sesame")
        var dumped = ""
        dump(credentials, to: &dumped)
        for text in ["\(credentials)", String(reflecting: credentials), dumped] {
            #expect(text.contains("ann"))
            #expect(!text.contains("sesame"))
        }
    }

    @Test(
        "choose the best way that is offered and fits",
        arguments: [
            (["LOGIN", "plain"], SASLMechanism.plain), (["LOGIN", "XOAUTH2"], .login), (["CRAM-MD5"], nil), ([], nil),
        ])
    func choice(offered: [String], expected: SASLMechanism?) {
        #expect(SASLMechanism.best(for: Credentials(user: "a", password: "b"), offered: offered) == expected)
    }

    @Test("choose OAuth for tokens only")
    func oauth() {
        let token = Credentials(user: "a", bearer: "t")
        #expect(SASLMechanism.best(for: token, offered: ["PLAIN", "XOAUTH2"]) == .xoauth2)
        #expect(SASLMechanism.best(for: token, offered: ["XOAUTH2", "OAUTHBEARER"]) == .oauthBearer)
        #expect(SASLMechanism.best(for: token, offered: ["PLAIN"]) == nil)
    }

    @Test("speak as the mechanisms ask")
    func responses() {
        func decoded(_ text: String?) -> String? {
            text.flatMap { Data(base64Encoded: $0) }.map { String(decoding: $0, as: UTF8.self) }
        }
        let password = Credentials(user: "ann", password: "sesame")
        let token = Credentials(user: "a,b=c", bearer: "t")
        #expect(decoded(SASLExchange(.plain, password, host: "h", port: 1).initialResponse) == "\0ann\0sesame")
        var login = SASLExchange(.login, password, host: "h", port: 1)
        #expect(login.initialResponse == nil)
        #expect(decoded(login.answer()) == "ann")
        #expect(decoded(login.answer()) == "sesame")
        #expect(login.answer() == nil)
        #expect(
            decoded(SASLExchange(.xoauth2, token, host: "h", port: 1).initialResponse)
                == "user=a,b=c\u{1}auth=Bearer t\u{1}\u{1}")
        #expect(
            decoded(SASLExchange(.oauthBearer, token, host: "h", port: 993).initialResponse)
                == "n,a=a=2Cb=3Dc,\u{1}host=h\u{1}port=993\u{1}auth=Bearer t\u{1}\u{1}")
    }
}

@Suite("Words of another server")
struct ScrubbingTests {
    @Test("are one bounded line without tricks and secrets")
    func scrubbing() {
        #expect(scrubbed("a\r\nb\u{1b}[31m\tc\u{202e}d\u{0}") == "a b [31m cd")
        #expect(scrubbed("pass sesame!", hiding: ["sesame", ""]) == "pass ****!")
        #expect(scrubbed(String(repeating: "ä", count: 500)) == String(repeating: "ä", count: 400) + "…")
    }

    @Test("are parted into code, status and text")
    func reply() {
        let reply = SMTPReply(code: 550, lines: ["5.1.1 No", "5.1.1 such user"])
        #expect(reply.words(hiding: []) == ServerReply(code: 550, enhanced: "5.1.1", text: "No such user"))
        #expect(reply.words(hiding: []).description == "550 5.1.1 No such user")
        #expect(SMTPReply(code: 250, lines: ["1.2.3 x"]).words(hiding: []).enhanced == nil)
    }

    @Test("show in an error, and the details only when asked for")
    func errors() {
        let error = MailTransportError(.busy, retry: .soon, said: "Later.", detail: "queue 7")
        #expect("\(error)" == "Later.")
        #expect(String(reflecting: error) == "busy: Later. | queue 7")
    }
}
