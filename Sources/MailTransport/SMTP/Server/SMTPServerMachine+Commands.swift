// SPDX-License-Identifier: Apache-2.0

import NIOCore

extension SMTPServerMachine {
    mutating func interpret(_ line: ByteBuffer) {
        if isStopping { return close(saying: SMTPServerReply.shuttingDown) }
        do {
            let command = try SMTPCommand(parsing: line)
            rules.transcript.record(.client, command.shown(from: line))
            perform(command)
        } catch {
            switch error {
            case .unknownCommand: refuse(SMTPServerReply.unknownCommand)
            case .syntax: refuse(SMTPServerReply.syntax)
            case .badAddress: refuse(SMTPServerReply.badAddress)
            }
        }
    }

    private mutating func perform(_ command: SMTPCommand) {
        switch command {
        case .ehlo(let name): greet(name, extended: true)
        case .helo(let name): greet(name, extended: false)
        case .mail(let sender, let parameters): open(from: sender, parameters)
        case .recipient(let address, let parameters): add(address, parameters)
        case .data: startLetter()
        case .reset:
            transaction = nil
            reply(SMTPServerReply.ok)
        case .noop: reply(SMTPServerReply.ok)
        case .verify: reply(SMTPServerReply.cannotVerify)
        case .expand: refuse(SMTPServerReply.notOffered)
        case .help: reply(SMTPServerReply.help)
        case .quit: close(saying: SMTPServerReply.bye)
        case .startTLS: startTLS()
        case .authenticate(let mechanism, let initial): startSignIn(mechanism, initial)
        case .http: close(saying: SMTPServerReply.notTheWeb)
        }
    }

    // MARK: EHLO

    private mutating func greet(_ name: String, extended: Bool) {
        transaction = nil
        session.greeting = name
        session.isExtended = extended
        guard extended else {
            output.writeString("250 \(rules.name)\r\n")
            return
        }
        var lines = [rules.name, "PIPELINING", "SIZE \(rules.limits.messageSize)", "8BITMIME", "SMTPUTF8"]
        if rules.encryption != .none, !session.isEncrypted { lines.append("STARTTLS") }
        if canSignIn { lines.append("AUTH PLAIN LOGIN") }
        for line in lines { output.writeString("250-\(line)\r\n") }
        output.writeStaticString("250 ENHANCEDSTATUSCODES\r\n")
    }

    /// Passwords go over TLS, or stay on this machine.
    var canSignIn: Bool {
        guard rules.authentication != .none, session.user == nil else { return false }
        return session.isEncrypted || session.remote?.isLoopback ?? true
    }

    // MARK: STARTTLS

    private mutating func startTLS() {
        guard rules.encryption != .none, !session.isEncrypted else { return refuse(SMTPServerReply.notOffered) }
        guard transaction == nil else { return refuse(SMTPServerReply.notNow) }
        reply(SMTPServerReply.readyForTLS)
        // What was sent behind the command came in the open, so nobody knows who wrote it (CVE-2011-0411).
        input.clear()
        phase = .startingTLS
        self.do(.startTLS)
    }

    /// TLS stands: all that was said before is forgotten (RFC 3207 §4.2).
    mutating func encrypted() {
        session.isEncrypted = true
        session.greeting = ""
        session.isExtended = false
        session.user = nil
        transaction = nil
        if case .startingTLS = phase { phase = .commands }
        if isStopping { shutDown() }
    }

    // MARK: MAIL

    private mutating func open(from sender: SMTPAddress?, _ parameters: [SMTPCommand.Parameter]) {
        guard !session.greeting.isEmpty else { return refuse(SMTPServerReply.greetFirst) }
        if rules.encryption == .required, !session.isEncrypted { return refuse(SMTPServerReply.encryptFirst) }
        if rules.authentication == .required, session.user == nil { return refuse(SMTPServerReply.signInFirst) }
        guard transaction == nil else { return refuse(SMTPServerReply.senderAlready) }
        guard messages < rules.limits.messagesPerConnection else {
            return close(saying: SMTPServerReply.tooManyMessages)
        }
        var envelope = Envelope(sender: sender, recipients: [])
        for parameter in parameters {
            if let fault = envelope.note(parameter) { return refuse(fault) }
        }
        if sender?.needsUTF8 == true, !envelope.isInternationalized { return refuse(SMTPServerReply.needsSMTPUTF8) }
        if let size = envelope.declaredSize, size > rules.limits.messageSize { return refuse(SMTPServerReply.tooLarge) }
        transaction = envelope
        reply(SMTPServerReply.senderOK)
    }

    // MARK: RCPT

    private mutating func add(_ recipient: SMTPAddress, _ parameters: [SMTPCommand.Parameter]) {
        guard let transaction else { return refuse(SMTPServerReply.senderFirst) }
        guard parameters.isEmpty else { return refuse(SMTPServerReply.unknownParameter) }
        if recipient.needsUTF8, !transaction.isInternationalized { return refuse(SMTPServerReply.needsSMTPUTF8) }
        guard transaction.recipients.count < rules.limits.recipientsPerMessage else {
            return refuse(SMTPServerReply.tooManyRecipients)
        }
        phase = .askingRecipient(recipient)
        self.do(.askRecipient(recipient))
    }

    mutating func decide(recipient verdict: RecipientVerdict) {
        guard case .askingRecipient(let recipient) = phase else { return }
        phase = .commands
        switch verdict {
        case .accepted:
            if transaction?.recipients.contains(recipient) == false { transaction?.recipients.append(recipient) }
            reply(SMTPServerReply.recipientOK)
        case .refused(let words):
            reply("550 5.1.1 ", words)
            countError()
        case .tryLater: reply(SMTPServerReply.tryLater)
        }
        if isStopping { shutDown() }
    }
}

extension SMTPCommand {
    /// What a transcript may show of the line.
    fileprivate func shown(from line: ByteBuffer) -> String {
        guard case .authenticate(let mechanism, let initial) = self else { return line.text }
        return initial == nil ? "AUTH \(mechanism)" : "AUTH \(mechanism) ****"
    }
}

extension Envelope {
    /// Takes over a parameter of MAIL, or gives the reply that refuses it.
    fileprivate mutating func note(_ parameter: SMTPCommand.Parameter) -> StaticString? {
        switch (parameter.keyword, parameter.value?.uppercased()) {
        case ("SIZE", let value?):
            guard value.utf8.count <= 18, value.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let size = Int(value)
            else { return SMTPServerReply.syntax }
            declaredSize = size
        case ("BODY", "7BIT"): isEightBit = false
        case ("BODY", "8BITMIME"): isEightBit = true
        case ("BODY", _), ("SIZE", nil): return SMTPServerReply.syntax
        case ("SMTPUTF8", nil): isInternationalized = true
        // RFC 4954 §5: who first submitted it, a claim of the client. Taken and ignored.
        case ("AUTH", _?): break
        default: return SMTPServerReply.unknownParameter
        }
        return nil
    }
}
