// SPDX-License-Identifier: Apache-2.0

import Foundation
import NIOCore
import Testing

@testable import MailTransport

@Suite("The SMTP server against tricks")
struct SMTPServerSecurityTests {
    @Test(
        "reads no second letter out of a first one (SMTP smuggling)",
        arguments: [
            "\n.\n", "\n.\r\n", "\r\n.\n", "\r.\r", "\r.\r\n", "\r\n.\r", "\n\n.\r\r\n", "\r\n\0.\r\n", "\r\r\n. \r\n",
        ])
    func smuggling(end: String) {
        var dialogue = SMTPDialogue.addressed()
        _ = dialogue.say("DATA")
        let hidden = "MAIL FROM:<boss@example.org>\r\nRCPT TO:<help@example.org>\r\nDATA\r\nSubject: pay\r\n\r\nnow"
        #expect(dialogue.send("Subject: hi\r\n\r\nfirst\(end)\(hidden)").isEmpty)
        #expect(dialogue.send("\r\n.\r\n") == ["250 2.0.0 Kept as 7"])
        #expect(dialogue.letters.count == 1)
        #expect(dialogue.letters.first?.content.contains("boss@example.org") == true)
    }

    @Test("refuses commands that end with a bare line feed")
    func bareLineFeed() {
        var dialogue = SMTPDialogue.greeted()
        #expect(
            dialogue.send("NOOP\nMAIL FROM:<>\r\n") == ["500 5.5.2 Lines must end with CR LF", "250 2.1.0 Sender OK"])
    }

    @Test("forgets what was sent in the open behind STARTTLS (CVE-2011-0411)")
    func injection() {
        var dialogue = SMTPDialogue.greeted(SMTPServerRules(encryption: .offered))
        #expect(
            dialogue.send("STARTTLS\r\nEHLO evil\r\nMAIL FROM:<evil@example.com>\r\n") == [
                "220 2.0.0 Ready to start TLS"
            ])
        #expect(dialogue.say("RCPT TO:<help@example.org>") == ["503 5.5.1 Say MAIL first"])
        #expect(dialogue.say("MAIL FROM:<>") == ["503 5.5.1 Say EHLO first"])
        #expect(dialogue.say("EHLO me").contains("250-STARTTLS") == false)
        #expect(dialogue.say("STARTTLS") == ["502 5.5.1 Command not offered"])
    }

    @Test("takes no letter in the open where TLS is required")
    func requiredTLS() {
        var dialogue = SMTPDialogue.greeted(SMTPServerRules(encryption: .required))
        #expect(dialogue.say("MAIL FROM:<>") == ["530 5.7.0 Say STARTTLS first"])
        _ = dialogue.say("STARTTLS")
        _ = dialogue.say("EHLO me")
        #expect(dialogue.say("MAIL FROM:<>") == ["250 2.1.0 Sender OK"])
        #expect(dialogue.machine.session.isEncrypted)
    }

    @Test("offers and takes sign-in only over TLS or on loopback")
    func signInInTheOpen() {
        let rules = SMTPServerRules(encryption: .offered, authentication: .offered)
        let plain = "AUTH PLAIN \(Data("\0ann\0secret".utf8).base64EncodedString())"
        var open = SMTPDialogue(rules, remote: "192.0.2.1")
        #expect(open.say("EHLO me").contains { $0.contains("AUTH") } == false)
        #expect(open.say(plain) == ["538 5.7.11 Signing in needs encryption"])
        _ = open.say("STARTTLS")
        #expect(open.say("EHLO me").contains("250-AUTH PLAIN LOGIN"))
        #expect(open.say(plain) == ["235 2.7.0 Signed in"])
        var local = SMTPDialogue(rules)
        #expect(local.say("EHLO me").contains("250-AUTH PLAIN LOGIN"))
        #expect(local.say(plain) == ["235 2.7.0 Signed in"])
        #expect(local.machine.session.user == "ann")
        #expect(local.say(plain) == ["503 5.5.1 Not in the middle of this"])
    }

    @Test("signs in step by step, and can be told to stop")
    func signInSteps() {
        let rules = SMTPServerRules(authentication: .required)
        var dialogue = SMTPDialogue.greeted(rules)
        #expect(dialogue.say("MAIL FROM:<>") == ["530 5.7.0 Sign in first"])
        #expect(dialogue.say("AUTH LOGIN") == ["334 VXNlcm5hbWU6"])
        #expect(dialogue.say("YW5u") == ["334 UGFzc3dvcmQ6"])
        #expect(dialogue.say("*") == ["501 5.7.0 Sign-in cancelled"])
        #expect(dialogue.say("AUTH PLAIN") == ["334 "])
        #expect(dialogue.say("not base64") == ["501 5.5.2 This is not base64"])
        #expect(dialogue.say("AUTH CRAM-MD5") == ["504 5.5.4 Sign-in mechanism not offered"])
        #expect(dialogue.send("AUTH LOGIN YW5u\r\n") == ["334 UGFzc3dvcmQ6"])
        #expect(dialogue.say(Data("secret".utf8).base64EncodedString()) == ["235 2.7.0 Signed in"])
        #expect(dialogue.say("MAIL FROM:<>") == ["250 2.1.0 Sender OK"])
    }

    @Test("hangs up after three wrong passwords")
    func guessing() {
        var dialogue = SMTPDialogue.greeted(SMTPServerRules(authentication: .offered))
        let wrong = "AUTH PLAIN \(Data("\0ann\0guess".utf8).base64EncodedString())"
        #expect(dialogue.say(wrong) == ["535 5.7.8 Name or password is wrong"])
        #expect(dialogue.say(wrong) == ["535 5.7.8 Name or password is wrong"])
        #expect(dialogue.say(wrong) == ["535 5.7.8 Name or password is wrong", "421 4.7.0 Too many errors"])
        #expect(dialogue.isClosed)
    }

    @Test("does not let one sign in as another by PLAIN")
    func otherIdentity() {
        var dialogue = SMTPDialogue.greeted(SMTPServerRules(authentication: .offered))
        let other = Data("boss\0ann\0secret".utf8).base64EncodedString()
        #expect(dialogue.say("AUTH PLAIN \(other)") == ["535 5.7.8 Name or password is wrong"])
    }

    @Test("keeps sign-ins out of the transcript")
    func transcript() {
        let recorder = TranscriptRecorder()
        var rules = SMTPServerRules(authentication: .offered)
        rules.transcript = recorder.transcript
        var dialogue = SMTPDialogue.greeted(rules)
        let secret = Data("\0ann\0secret".utf8).base64EncodedString()
        _ = dialogue.say("AUTH PLAIN \(secret)x")
        _ = dialogue.say("AUTH PLAIN")
        _ = dialogue.say(secret)
        #expect(recorder.text.contains("C: AUTH PLAIN ****\n"))
        #expect(recorder.text.contains("C: ****\n"))
        #expect(!recorder.text.contains(secret))
        #expect(recorder.text.contains("S: 235 2.7.0 Signed in"))
    }

    @Test("never traps on random bytes")
    func randomBytes() {
        var random = SplitMix(state: 42)
        let words = [
            "MAIL FROM:<", "RCPT TO:<a@b>", "DATA", "\r\n", ".\r\n", "\n", "AUTH PLAIN ", "EHLO x\r\n", "\"", ">", "\\",
        ]
        for _ in 0..<2000 {
            var dialogue = SMTPDialogue(SMTPServerRules(encryption: .offered, authentication: .offered))
            for _ in 0..<20 where !dialogue.isClosed {
                if random.next() % 3 == 0 {
                    _ = dialogue.send((0..<20).map { _ in UInt8(truncatingIfNeeded: random.next()) })
                } else {
                    _ = dialogue.send(words[Int(random.next() % UInt64(words.count))])
                }
            }
            #expect(dialogue.machine.input.readableBytes <= 5000)
        }
    }
}

/// The same chance every time.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var word = state
        word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
        word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
        return word ^ (word >> 31)
    }
}
