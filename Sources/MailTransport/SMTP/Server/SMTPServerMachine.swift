// SPDX-License-Identifier: Apache-2.0

import NIOCore

/// One connection of an SMTP server without its socket: bytes and verdicts in, replies and actions out.
///
/// Feed it with `receive`, then call `advance` until it gives nil; send what is in `output` whenever it does.
/// So the replies to pipelined commands (RFC 2920) leave together.
///
///     C: MAIL FROM:<ann@example.com>
///     C: RCPT TO:<help@example.org>        advance() == .askRecipient(help@example.org)
///     C: DATA                              … .decide(.accepted), advance() == nil
///     S: 250 2.1.0 Sender OK
///     S: 250 2.1.5 Recipient OK
///     S: 354 End with a dot on a line of its own
struct SMTPServerMachine {
    /// What the outside has to do. Those that ask are answered by the method named.
    enum Action: Equatable {
        /// Answer by `decide(recipient:)`.
        case askRecipient(SMTPAddress)
        /// Answer by `decide(signIn:)`.
        case checkPassword(user: String, password: String)
        /// Send the output, then put TLS under the line, and call `encrypted`.
        case startTLS
        /// Part of a letter; answer by `taken` with nil, or with the reason to stop.
        case take(ByteBuffer, Envelope)
        /// The last part of a letter, or all of it; answer by `decide(letter:)`.
        case takeLast(ByteBuffer, Envelope)
        /// The letter of which parts were taken will not be finished. No answer.
        case abandon
        /// Send the output, then close.
        case close
    }

    enum Phase {
        /// → any
        case commands
        /// → commands
        case askingRecipient(SMTPAddress)
        /// → commands, checkingPassword
        case signIn(SignIn)
        /// → commands, closed
        case checkingPassword(user: String)
        /// → commands
        case startingTLS
        /// → taking, finishing, commands (when the letter is too large)
        case letter
        /// → letter
        case taking
        /// → commands, closed
        case finishing
        case closed
    }

    let rules: SMTPServerRules
    var session: SMTPSession
    var phase = Phase.commands
    var transaction: Envelope?
    var letter = LetterInput()
    var isStopping = false
    var signInFailures = 0

    var output = ByteBuffer()
    var input = ByteBuffer()
    private var pending: [Action] = []
    private var errors = 0
    private var commands = 0
    var messages = 0
    private var isSkippingLine = false

    /// Greets, unless the client is `refused` with a reply of its own.
    init(_ rules: SMTPServerRules, session: SMTPSession, refusal: StaticString? = nil) {
        self.rules = rules
        self.session = session
        if let refusal {
            close(saying: refusal)
        } else {
            output.writeString("220 \(rules.name) ESMTP Martlet\r\n")
        }
    }

    // MARK: In

    mutating func receive(_ bytes: ByteBuffer) {
        if case .closed = phase { return }
        if input.readableBytes == 0 {
            input = bytes
        } else {
            var bytes = bytes
            input.discardReadBytes()
            input.writeBuffer(&bytes)
        }
    }

    /// The line has gone quiet for too long.
    mutating func timeOut() {
        cut(saying: SMTPServerReply.timeout)
    }

    /// No new letters from here on; one that is on its way is finished.
    mutating func shutDown() {
        isStopping = true
        if case .commands = phase { close(saying: SMTPServerReply.shuttingDown) }
    }

    /// The other side has gone.
    mutating func disconnect() {
        cut(saying: nil)
    }

    // MARK: Out

    /// The next thing to do, or nil when more input or an answer is needed.
    mutating func advance() -> Action? {
        while true {
            if !pending.isEmpty { return pending.removeFirst() }
            switch phase {
            case .commands, .signIn:
                guard let line = nextLine() else { return pending.isEmpty ? nil : pending.removeFirst() }
                if case .signIn(let step) = phase { continueSignIn(step, line) } else { interpret(line) }
            case .letter:
                guard let action = readLetter() else {
                    if case .letter = phase { return nil }
                    continue
                }
                return action
            case .askingRecipient, .checkingPassword, .startingTLS, .taking, .finishing, .closed: return nil
            }
        }
    }

    /// What is to be sent now.
    mutating func takeOutput() -> ByteBuffer? {
        guard output.readableBytes > 0 else { return nil }
        defer { output = ByteBuffer() }
        rules.transcript.record(.server, output.text)
        return output
    }

    /// Whose turn it is when nothing happens; nil while the machine waits for an answer of ours.
    var patience: Duration? {
        switch phase {
        case .commands, .signIn, .startingTLS: rules.limits.commandTimeout
        case .letter: rules.limits.dataTimeout
        case .askingRecipient, .checkingPassword, .taking, .finishing, .closed: nil
        }
    }

    // MARK: Replies

    mutating func reply(_ line: StaticString) {
        output.writeStaticString(line)
    }

    /// A reply with words of the caller's, scrubbed.
    mutating func reply(_ code: StaticString, _ words: String) {
        output.writeStaticString(code)
        output.writeString(scrubbed(words, limit: 300))
        output.writeStaticString("\r\n")
    }

    /// A reply that counts towards the limit of errors.
    mutating func refuse(_ line: StaticString) {
        reply(line)
        countError()
    }

    mutating func countError() {
        errors += 1
        if errors >= rules.limits.errorsPerConnection { close(saying: SMTPServerReply.tooManyErrors) }
    }

    mutating func close(saying line: StaticString?) {
        if let line { reply(line) }
        phase = .closed
        transaction = nil
        input = ByteBuffer()
        pending.append(.close)
    }

    mutating func `do`(_ action: Action) {
        pending.append(action)
    }

    private mutating func cut(saying line: StaticString?) {
        switch phase {
        case .closed, .finishing: return
        case .letter, .taking: if letter.isOpen { pending.append(.abandon) }
        case .commands, .askingRecipient, .signIn, .checkingPassword, .startingTLS: break
        }
        letter = LetterInput()
        close(saying: line)
    }

    // MARK: Lines

    /// A whole line without its end, or nil if there is none yet.
    private mutating func nextLine() -> ByteBuffer? {
        while true {
            guard let end = input.readableBytesView.firstIndex(of: UInt8(ascii: "\n")) else {
                if input.readableBytes > rules.limits.commandLine {
                    isSkippingLine = true
                    input.clear()
                }
                return nil
            }
            guard var line = input.readSlice(length: end - input.readerIndex + 1) else { return nil }
            let isTooLong = isSkippingLine || line.readableBytes > rules.limits.commandLine
            isSkippingLine = false
            line.moveWriterIndex(to: line.writerIndex - 1)
            let hasReturn = line.readableBytesView.last == UInt8(ascii: "\r")
            guard hasReturn, !isTooLong else {
                refuse(isTooLong ? SMTPServerReply.lineTooLong : SMTPServerReply.bareLineFeed)
                if case .closed = phase { return nil }
                phase = .commands
                continue
            }
            line.moveWriterIndex(to: line.writerIndex - 1)
            commands += 1
            if commands > rules.limits.commandsPerConnection {
                close(saying: SMTPServerReply.tooManyCommands)
                return nil
            }
            return line
        }
    }
}

/// What one listener's connections have in common.
struct SMTPServerRules: Sendable {
    enum Encryption {
        case none
        case offered
        case required
    }

    enum Authentication {
        case none
        case offered
        case required
    }

    var name = "localhost"
    var encryption = Encryption.none
    var authentication = Authentication.none
    var limits = SMTPServerConfiguration.Limits()
    var transcript = Transcript.off
}
