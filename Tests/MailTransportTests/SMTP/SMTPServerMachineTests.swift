// SPDX-License-Identifier: Apache-2.0

import NIOCore
import Testing

@testable import MailTransport

@Suite("A session with the SMTP server")
struct SMTPServerMachineTests {
    @Test("begins with a greeting that names the server")
    func greeting() {
        var machine = SMTPServerMachine(
            SMTPServerRules(name: "mx.example.org"),
            session: SMTPSession(connection: 1, remote: IPAddress("127.0.0.1")))
        #expect(machine.advance() == nil)
        #expect(machine.takeOutput()?.text == "220 mx.example.org ESMTP Martlet\r\n")
        #expect(machine.takeOutput() == nil)
    }

    @Test("takes a letter from EHLO to the id it is kept under")
    func wholeLetter() {
        var dialogue = SMTPDialogue(SMTPServerRules(name: "mx.example.org"))
        #expect(
            dialogue.say("EHLO client.example.com") == [
                "250-mx.example.org", "250-PIPELINING", "250-SIZE 52428800", "250-8BITMIME", "250-SMTPUTF8",
                "250 ENHANCEDSTATUSCODES",
            ])
        #expect(dialogue.say("MAIL FROM:<ann@example.com> SIZE=20 BODY=8BITMIME") == ["250 2.1.0 Sender OK"])
        #expect(dialogue.say("RCPT TO:<help@example.org>") == ["250 2.1.5 Recipient OK"])
        #expect(dialogue.say("RCPT TO:<ops@example.org>") == ["250 2.1.5 Recipient OK"])
        #expect(dialogue.say("DATA") == ["354 End with a dot on a line of its own"])
        #expect(dialogue.send("Subject: Hi\r\n\r\n..dots\r\n").isEmpty)
        #expect(dialogue.say(".") == ["250 2.0.0 Kept as 7"])
        #expect(dialogue.say("QUIT") == ["221 2.0.0 Bye"])
        #expect(dialogue.isClosed)
        let letter = dialogue.letters.first
        #expect(dialogue.letters.count == 1)
        #expect(letter?.content == "Subject: Hi\r\n\r\n.dots\r\n")
        #expect(
            letter?.envelope
                == Envelope(
                    sender: SMTPAddress("ann@example.com"),
                    recipients: ["help@example.org", "ops@example.org"].compactMap(SMTPAddress.init),
                    declaredSize: 20, isEightBit: true))
    }

    @Test("answers pipelined commands in order and in one flush")
    func pipelining() {
        var dialogue = SMTPDialogue.greeted()
        let before = dialogue.flushes
        let replies = dialogue.send(
            "MAIL FROM:<>\r\nRCPT TO:<nobody@example.org>\r\nRCPT TO:<help@example.org>\r\nDATA\r\n")
        #expect(
            replies == [
                "250 2.1.0 Sender OK", "550 5.1.1 No such person here", "250 2.1.5 Recipient OK",
                "354 End with a dot on a line of its own",
            ])
        #expect(dialogue.flushes == before + 1)
        #expect(dialogue.send("A: b\r\n\r\nx\r\n.\r\nQUIT\r\n") == ["250 2.0.0 Kept as 7", "221 2.0.0 Bye"])
        #expect(dialogue.letters.first?.envelope.sender == nil)
        #expect(dialogue.letters.first?.envelope.recipients == [SMTPAddress("help@example.org")!])
    }

    @Test(
        "refuses commands in the wrong order",
        arguments: [
            (["MAIL FROM:<a@example.com>"], "503 5.5.1 Say EHLO first"),
            (["EHLO x", "RCPT TO:<help@example.org>"], "503 5.5.1 Say MAIL first"),
            (["EHLO x", "DATA"], "503 5.5.1 Say MAIL first"),
            (["EHLO x", "MAIL FROM:<a@example.com>", "DATA"], "554 5.5.1 No valid recipients"),
            (["EHLO x", "MAIL FROM:<a@example.com>", "RCPT TO:<nobody@x>", "DATA"], "554 5.5.1 No valid recipients"),
            (["EHLO x", "MAIL FROM:<a@example.com>", "MAIL FROM:<b@example.com>"], "503 5.5.1 Sender already given"),
            (
                ["EHLO x", "MAIL FROM:<a@example.com>", "RSET", "RCPT TO:<help@example.org>"],
                "503 5.5.1 Say MAIL first"
            ),
            (["EHLO x", "MAIL FROM:<a@example.com>", "EHLO y", "RCPT TO:<a@b>"], "503 5.5.1 Say MAIL first"),
            (["EHLO x", "STARTTLS"], "502 5.5.1 Command not offered"),
            (["EHLO x", "AUTH PLAIN AGFubgBzZWNyZXQ="], "502 5.5.1 Command not offered"),
            (["EHLO"], "501 5.5.4 Syntax error in parameters"),
            (["EHLO x", "EXPN staff"], "502 5.5.1 Command not offered"),
            (["EHLO x", "BDAT 10 LAST"], "500 5.5.1 Unknown command"),
            (["EHLO x", "VRFY ann"], "252 2.5.0 Send a letter and see"),
            (["EHLO x", "noop whatever"], "250 2.0.0 OK"),
            (["HELP"], "214 2.0.0 See RFC 5321"),
            (["HELO x"], "250 localhost"),
            (["GET / HTTP/1.1"], "221 2.7.0 This is a mail server"),
            ([""], "500 5.5.1 Unknown command"),
            (
                ["EHLO x", "MAIL FROM:<a@example.com> SIZE=99999999999"],
                "552 5.3.4 The letter is larger than this server takes"
            ),
            (["EHLO x", "MAIL FROM:<a@example.com> SIZE=x"], "501 5.5.4 Syntax error in parameters"),
            (["EHLO x", "MAIL FROM:<a@example.com> RET=HDRS"], "555 5.5.4 Parameter not supported"),
            (["EHLO x", "MAIL FROM:<ä@example.com>"], "553 5.6.7 This address needs SMTPUTF8"),
            (["EHLO x", "MAIL FROM:<ä@example.com> SMTPUTF8"], "250 2.1.0 Sender OK"),
            (["EHLO x", "MAIL FROM:<a b@example.com>"], "501 5.1.3 Bad address syntax"),
        ])
    func order(lines: [String], reply: String) {
        var dialogue = SMTPDialogue()
        var last: [String] = []
        for line in lines { last = dialogue.say(line) }
        #expect(last == [reply])
    }

    @Test(
        "tells the sender what became of the letter, word by word",
        arguments: [
            (ReceptionVerdict.accepted(id: "01J"), "250 2.0.0 Kept as 01J"),
            (.insufficientStorage, "452 4.3.1 Not enough room, try again later"),
            (.tooLarge, "552 5.3.4 The letter is larger than this server takes"),
            (.refused("Not\r\n250 so"), "554 5.6.0 Not 250 so"),
            (.failed, "451 4.3.0 The letter could not be kept, try again later"),
        ])
    func verdicts(verdict: ReceptionVerdict, reply: String) {
        var dialogue = SMTPDialogue.addressed()
        dialogue.verdict = verdict
        _ = dialogue.say("DATA")
        #expect(dialogue.send("x\r\n.\r\n") == [reply])
        #expect(dialogue.say("MAIL FROM:<ann@example.com>") == ["250 2.1.0 Sender OK"])
    }

    @Test("waits with all that follows until a recipient is decided")
    func waitsForDecision() {
        var machine = SMTPDialogue.greeted().machine
        machine.receive(ByteBuffer(string: "MAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.org>\r\nNOOP\r\n"))
        #expect(machine.advance() == .askRecipient(SMTPAddress("b@example.org")!))
        #expect(machine.advance() == nil)
        #expect(machine.patience == nil)
        machine.decide(recipient: .tryLater)
        #expect(machine.advance() == nil)
        #expect(
            machine.takeOutput()?.text == "250 2.1.0 Sender OK\r\n451 4.3.0 Try again later\r\n250 2.0.0 OK\r\n")
    }

    @Test("gives no 250 before the verdict, even when the client is gone by then")
    func noEarlyAnswer() {
        var machine = SMTPDialogue.addressed().machine
        machine.receive(ByteBuffer(string: "DATA\r\nx\r\n.\r\n"))
        guard case .takeLast? = machine.advance() else {
            Issue.record("the letter was not handed out")
            return
        }
        #expect(machine.takeOutput()?.text == "354 End with a dot on a line of its own\r\n")
        machine.disconnect()
        #expect(machine.advance() == nil)
        #expect(machine.takeOutput() == nil)
    }

    @Test("takes the same letter however the bytes are cut")
    func dripFeed() {
        let session =
            "MAIL FROM:<ann@example.com>\r\nRCPT TO:<help@example.org>\r\nDATA\r\n"
            + "Subject: x\r\n\r\n..one\r\n.two\r\n\r.\r\n.\n.\r\r\n\n.\r\nend\r\n.\r\nNOOP\r\nQUIT\r\n"
        let bytes = Array(session.utf8)
        var whole = SMTPDialogue.greeted()
        let expected = whole.send(bytes)
        #expect(whole.letters.count == 1)
        #expect(whole.letters.first?.content == "Subject: x\r\n\r\n.one\r\ntwo\r\n\r.\r\n\n.\r\r\n\n.\r\nend\r\n")
        var dripped = SMTPDialogue.greeted()
        var replies: [String] = []
        for byte in bytes { replies += dripped.send([byte]) }
        #expect(replies == expected)
        #expect(dripped.letters.map(\.content) == whole.letters.map(\.content))
        for cut in 1..<bytes.count {
            var halves = SMTPDialogue.greeted()
            let both = halves.send(Array(bytes[..<cut])) + halves.send(Array(bytes[cut...]))
            #expect(both == expected)
            #expect(halves.letters.map(\.content) == whole.letters.map(\.content))
        }
    }

    @Test("hands out a large letter in pieces")
    func pieces() {
        var machine = SMTPDialogue.addressed().machine
        machine.receive(ByteBuffer(string: "DATA\r\n" + String(repeating: "0123456789abcde\r\n", count: 5000)))
        guard case .take(let piece, _)? = machine.advance() else {
            Issue.record("no piece was handed out")
            return
        }
        #expect(piece.readableBytes >= LetterInput.pieceSize)
        #expect(machine.advance() == nil)
        machine.taken(failure: nil)
        machine.receive(ByteBuffer(string: ".\r\n"))
        guard case .takeLast(let rest, _)? = machine.advance() else {
            Issue.record("the end was not handed out")
            return
        }
        #expect(piece.readableBytes + rest.readableBytes == 85000)
    }

    @Test("lets letters on their way finish when the server shuts down, and then says so")
    func shutDown() {
        var idle = SMTPDialogue.greeted()
        #expect(idle.shutDown() == ["421 4.3.2 Shutting down, come back soon"])
        #expect(idle.isClosed)
        var busy = SMTPDialogue.addressed()
        _ = busy.send("DATA\r\nhalf")
        #expect(busy.shutDown().isEmpty)
        #expect(
            busy.send("\r\n.\r\nMAIL FROM:<>\r\n") == [
                "250 2.0.0 Kept as 7", "421 4.3.2 Shutting down, come back soon",
            ])
        #expect(busy.isClosed)
        #expect(busy.letters.count == 1)
    }
}
