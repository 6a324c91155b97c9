// SPDX-License-Identifier: Apache-2.0

import NIOCore
import Testing

@testable import MailTransport

@Suite("The SMTP server's limits")
struct SMTPServerLimitTests {
    private func rules(_ change: (inout SMTPServerConfiguration.Limits) -> Void) -> SMTPServerRules {
        var rules = SMTPServerRules()
        change(&rules.limits)
        return rules
    }

    @Test("refuse a letter that turns out larger than allowed, and go on")
    func actualSize() {
        var dialogue = SMTPDialogue.addressed(rules { $0.messageSize = 100 })
        _ = dialogue.say("DATA")
        let long = String(repeating: "0123456789\r\n", count: 20)
        #expect(dialogue.send(long + ".\r\n") == ["552 5.3.4 The letter is larger than this server takes"])
        #expect(dialogue.letters.isEmpty)
        #expect(dialogue.say("NOOP") == ["250 2.0.0 OK"])
    }

    @Test("abandon a large letter of which parts were taken already")
    func abandonsOversize() {
        var dialogue = SMTPDialogue.addressed(rules { $0.messageSize = 100_000 })
        _ = dialogue.say("DATA")
        let block = String(repeating: "0123456789abcde\r\n", count: 4000)
        #expect(dialogue.send(block).isEmpty)
        #expect(dialogue.send(block).isEmpty)
        #expect(dialogue.abandoned == 1)
        #expect(dialogue.say(".") == ["552 5.3.4 The letter is larger than this server takes"])
        #expect(dialogue.letters.isEmpty)
    }

    @Test("cut off who goes on for ever")
    func endless() {
        var dialogue = SMTPDialogue.addressed(rules { $0.messageSize = 100 })
        _ = dialogue.say("DATA")
        var replies: [String] = []
        for _ in 0..<200 where !dialogue.isClosed {
            replies += dialogue.send(String(repeating: "x", count: 10_000) + "\r\n")
        }
        #expect(dialogue.isClosed)
        #expect(replies == ["552 5.3.4 The letter is larger than this server takes"])
    }

    @Test("read a letter to its end when the sink is full, and answer then")
    func fullSink() {
        var dialogue = SMTPDialogue.addressed()
        dialogue.pieceVerdict = .insufficientStorage
        _ = dialogue.say("DATA")
        let block = String(repeating: "0123456789abcde\r\n", count: 5000)
        #expect(dialogue.send(block).isEmpty)
        #expect(dialogue.send(block).isEmpty)
        #expect(dialogue.say(".") == ["452 4.3.1 Not enough room, try again later"])
        #expect(dialogue.letters.isEmpty)
        #expect(dialogue.abandoned == 0)
    }

    @Test("hold for recipients, one letter at a time")
    func recipients() {
        var dialogue = SMTPDialogue.greeted(rules { $0.recipientsPerMessage = 2 })
        _ = dialogue.say("MAIL FROM:<>")
        _ = dialogue.say("RCPT TO:<a@example.org>")
        _ = dialogue.say("RCPT TO:<a@example.org>")
        #expect(dialogue.say("RCPT TO:<b@example.org>") == ["250 2.1.5 Recipient OK"])
        #expect(
            dialogue.say("RCPT TO:<c@example.org>") == ["452 4.5.3 Too many recipients, send the rest separately"])
        #expect(dialogue.send("DATA\r\n.\r\n").last == "250 2.0.0 Kept as 7")
        #expect(dialogue.letters.first?.envelope.recipients.count == 2)
    }

    @Test("hold for messages, commands and errors of a connection")
    func perConnection() {
        var messages = SMTPDialogue.greeted(rules { $0.messagesPerConnection = 1 })
        _ = messages.send("MAIL FROM:<>\r\nRCPT TO:<a@b>\r\nDATA\r\nx\r\n.\r\n")
        #expect(messages.say("MAIL FROM:<>") == ["421 4.7.0 Too many messages on this connection, open another"])
        #expect(messages.isClosed)

        var commands = SMTPDialogue.greeted(rules { $0.commandsPerConnection = 3 })
        #expect(commands.send("NOOP\r\nNOOP\r\n").count == 2)
        #expect(commands.say("NOOP") == ["421 4.7.0 Too many commands on this connection"])
        #expect(commands.isClosed)

        var errors = SMTPDialogue.greeted(rules { $0.errorsPerConnection = 3 })
        #expect(
            errors.send("A\r\nB\r\nC\r\nNOOP\r\n") == [
                "500 5.5.1 Unknown command", "500 5.5.1 Unknown command", "500 5.5.1 Unknown command",
                "421 4.7.0 Too many errors",
            ])
        #expect(errors.isClosed)
    }

    @Test("count refused recipients as errors, so that nobody can try out addresses")
    func harvesting() {
        var dialogue = SMTPDialogue.greeted(rules { $0.errorsPerConnection = 2 })
        _ = dialogue.say("MAIL FROM:<>")
        #expect(dialogue.say("RCPT TO:<nobody1@b>") == ["550 5.1.1 No such person here"])
        #expect(dialogue.say("RCPT TO:<nobody2@b>") == ["550 5.1.1 No such person here", "421 4.7.0 Too many errors"])
        #expect(dialogue.isClosed)
    }

    @Test("skip an overlong command line, whole or in drips")
    func lineLength() {
        let long = "NOOP " + String(repeating: "x", count: 5000) + "\r\n"
        var whole = SMTPDialogue.greeted()
        #expect(whole.send(long + "NOOP\r\n") == ["500 5.5.2 Line too long", "250 2.0.0 OK"])
        var dripped = SMTPDialogue.greeted()
        var replies: [String] = []
        for byte in (long + "NOOP\r\n").utf8 {
            replies += dripped.send([byte])
            #expect(dripped.machine.input.readableBytes <= 4097)
        }
        #expect(replies == ["500 5.5.2 Line too long", "250 2.0.0 OK"])
    }

    @Test("end a connection that has gone quiet")
    func timeout() {
        var idle = SMTPDialogue.greeted()
        #expect(idle.machine.patience == .seconds(300))
        #expect(idle.waitForever() == ["421 4.4.2 Nothing heard for too long"])
        #expect(idle.isClosed)
        var busy = SMTPDialogue.addressed()
        _ = busy.say("DATA")
        #expect(busy.machine.patience == .seconds(180))
        _ = busy.send(String(repeating: "0123456789abcde\r\n", count: 5000))
        #expect(busy.waitForever() == ["421 4.4.2 Nothing heard for too long"])
        #expect(busy.abandoned == 1)
        #expect(busy.letters.isEmpty)
    }

    @Test("make nothing of a letter that breaks off")
    func brokenOff() {
        var small = SMTPDialogue.addressed()
        _ = small.send("DATA\r\nhalf a letter\r\n")
        small.hangUp()
        #expect(small.letters.isEmpty)
        #expect(small.abandoned == 0)
        var large = SMTPDialogue.addressed()
        _ = large.send("DATA\r\n" + String(repeating: "0123456789abcde\r\n", count: 5000))
        large.hangUp()
        #expect(large.letters.isEmpty)
        #expect(large.abandoned == 1)
    }
}
