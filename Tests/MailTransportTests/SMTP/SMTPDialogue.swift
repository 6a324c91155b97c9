// SPDX-License-Identifier: Apache-2.0

import NIOCore

@testable import MailTransport

/// Talks to a server machine as a client would, and answers its questions as a caller would.
struct SMTPDialogue {
    var machine: SMTPServerMachine
    /// Addresses that start so are refused.
    var strangers = "nobody"
    var verdict = ReceptionVerdict.accepted(id: "7")
    var pieceVerdict: ReceptionVerdict?
    var password = "secret"
    private(set) var letters: [(envelope: Envelope, content: String)] = []
    private(set) var abandoned = 0
    private(set) var isClosed = false
    private(set) var replies: [String] = []
    private(set) var flushes = 0
    private var content = ""

    init(_ rules: SMTPServerRules = SMTPServerRules(), remote: String = "127.0.0.1", isEncrypted: Bool = false) {
        machine = SMTPServerMachine(
            rules, session: SMTPSession(connection: 1, remote: IPAddress(remote), isEncrypted: isEncrypted))
        run()
        replies = []
        flushes = 0
    }

    /// After the greeting and EHLO, with the answers forgotten.
    static func greeted(
        _ rules: SMTPServerRules = SMTPServerRules(), remote: String = "127.0.0.1", isEncrypted: Bool = false
    ) -> SMTPDialogue {
        var dialogue = SMTPDialogue(rules, remote: remote, isEncrypted: isEncrypted)
        _ = dialogue.say("EHLO client.example.com")
        return dialogue
    }

    /// After RCPT.
    static func addressed(_ rules: SMTPServerRules = SMTPServerRules()) -> SMTPDialogue {
        var dialogue = greeted(rules)
        _ = dialogue.say("MAIL FROM:<ann@example.com>")
        _ = dialogue.say("RCPT TO:<help@example.org>")
        return dialogue
    }

    /// Says one line and gives the reply's lines.
    mutating func say(_ line: String) -> [String] {
        send(line + "\r\n")
    }

    /// Sends bytes as they are and gives all that comes back.
    mutating func send(_ text: String) -> [String] {
        send(Array(text.utf8))
    }

    mutating func send(_ bytes: [UInt8]) -> [String] {
        replies = []
        machine.receive(ByteBuffer(bytes: bytes))
        run()
        return replies
    }

    mutating func hangUp() {
        machine.disconnect()
        run()
    }

    mutating func waitForever() -> [String] {
        replies = []
        machine.timeOut()
        run()
        return replies
    }

    mutating func shutDown() -> [String] {
        replies = []
        machine.shutDown()
        run()
        return replies
    }

    private mutating func run() {
        while let action = machine.advance() {
            switch action {
            case .askRecipient(let address):
                machine.decide(
                    recipient: address.rawValue.hasPrefix(strangers) ? .refused("No such person here") : .accepted)
            case .checkPassword(let user, let password):
                machine.decide(signIn: user == "ann" && password == self.password)
            case .startTLS:
                flush()
                machine.encrypted()
            case .take(let piece, _):
                content += piece.text
                if pieceVerdict != nil { content = "" }
                machine.taken(failure: pieceVerdict)
            case .takeLast(let piece, let envelope):
                letters.append((envelope, content + piece.text))
                content = ""
                machine.decide(letter: verdict)
            case .abandon:
                abandoned += 1
                content = ""
            case .close: isClosed = true
            }
        }
        flush()
    }

    private mutating func flush() {
        guard let output = machine.takeOutput() else { return }
        flushes += 1
        replies += output.text.split(separator: "\r\n").map(String.init)
    }
}
