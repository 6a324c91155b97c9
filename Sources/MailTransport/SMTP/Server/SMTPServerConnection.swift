// SPDX-License-Identifier: Apache-2.0

import Logging
import NIOCore
import NIOSSL
import NIOTLS

/// Runs an `SMTPServerMachine` on a socket: bytes go in, its actions are carried out, its replies go out.
final class SMTPServerConnection: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private static let highWater = 256 * 1024

    private var machine: SMTPServerMachine
    private let admission: SMTPGuestList.Admission
    private let identity: TLSIdentity?
    private let authentication: SMTPServerConfiguration.Authentication
    private let desk: SMTPDesk
    private let guests: SMTPGuestList
    private var context: ChannelHandlerContext?
    private var sink: (any LetterSink)?
    private var isAsking = false
    private var abandonsAfterAnswer = false
    private var isGone = false
    private var owesRead = false
    private var lastMove = NIODeadline.now()
    private var alarm: Scheduled<Void>?

    init(
        _ rules: SMTPServerRules, _ admission: SMTPGuestList.Admission, identity: TLSIdentity?,
        authentication: SMTPServerConfiguration.Authentication, desk: SMTPDesk, guests: SMTPGuestList
    ) {
        let session = SMTPSession(
            connection: admission.number, remote: admission.remote, isEncrypted: admission.isEncrypted)
        machine = SMTPServerMachine(rules, session: session, refusal: admission.refusal)
        self.admission = admission
        self.identity = identity
        self.authentication = authentication
        self.desk = desk
        self.guests = guests
    }

    // MARK: The channel

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
    }

    func channelActive(context: ChannelHandlerContext) {
        context.fireChannelActive()
        lastMove = .now()
        setAlarm(context)
        drive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        machine.receive(unwrapInboundIn(data))
        drive()
    }

    /// The socket is not read while too much waits here.
    func read(context: ChannelHandlerContext) {
        if machine.input.readableBytes < Self.highWater {
            context.read()
        } else {
            owesRead = true
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .handshakeCompleted? = event as? TLSUserEvent {
            machine.encrypted()
            drive()
        } else if event is SMTPGuestList.PleaseLeave {
            machine.shutDown()
            drive()
        }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        isGone = true
        alarm?.cancel()
        machine.disconnect()
        drive()
        leaveIfDone()
        context.fireChannelInactive()
    }

    /// What clients do to a line is not worth a word: resets and failed handshakes are their affair.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    // MARK: Carrying out

    private func drive() {
        lastMove = .now()
        while let action = machine.advance() { perform(action) }
        flushOutput()
        if owesRead, machine.input.readableBytes < Self.highWater {
            owesRead = false
            context?.read()
        }
    }

    private func perform(_ action: SMTPServerMachine.Action) {
        let desk = desk
        let session = machine.session
        switch action {
        case .askRecipient(let address):
            ask { .recipient(await desk.reception.accepts(address, in: session)) }
        case .checkPassword(let user, let password):
            let authentication = authentication
            ask { .signIn(await authentication.check(user, password)) }
        case .take(let piece, let envelope):
            let sink = sink
            ask { await desk.take(piece, of: envelope, in: session, sink) }
        case .takeLast(let piece, let envelope):
            let sink = sink.take()
            ask { .letter(await desk.takeLast(piece, of: envelope, in: session, sink)) }
        case .abandon: abandon()
        case .startTLS: startTLS()
        case .close:
            flushOutput()
            context?.close(promise: nil)
        }
    }

    private func ask(_ question: @escaping @Sendable () async -> SMTPDesk.Answer) {
        guard let loop = context?.eventLoop else { return }
        isAsking = true
        let me = NIOLoopBound(self, eventLoop: loop)
        Task {
            let answer = await question()
            loop.execute { me.value.hear(answer) }
        }
    }

    private func hear(_ answer: SMTPDesk.Answer) {
        isAsking = false
        switch answer {
        case .recipient(let verdict): machine.decide(recipient: verdict)
        case .signIn(let isRight): machine.decide(signIn: isRight)
        case .taken(let sink):
            self.sink = sink
            if abandonsAfterAnswer { abandon() }
            machine.taken(failure: nil)
        case .stopped(let reason):
            sink = nil
            machine.taken(failure: reason)
        case .letter(let verdict): machine.decide(letter: verdict)
        }
        drive()
        leaveIfDone()
    }

    /// A sink that is at work is told afterwards.
    private func abandon() {
        if isAsking {
            abandonsAfterAnswer = true
        } else if let sink = sink.take() {
            abandonsAfterAnswer = false
            Task { await sink.abandon() }
        }
    }

    private func startTLS() {
        flushOutput()
        guard let context, let identity else { return }
        do {
            try context.pipeline.syncOperations.addHandler(
                NIOSSLServerHandler(context: identity.context), position: .first)
        } catch {
            context.close(promise: nil)
        }
    }

    private func flushOutput() {
        guard let output = machine.takeOutput(), let context, !isGone else { return }
        context.writeAndFlush(wrapOutboundOut(output), promise: nil)
    }

    private func leaveIfDone() {
        if isGone, !isAsking { guests.leave(admission) }
    }

    // MARK: Time

    /// One timer per connection, which looks when it rings how long it has been quiet.
    private func setAlarm(_ context: ChannelHandlerContext) {
        let patience = machine.patience.map { TimeAmount($0) } ?? .seconds(30)
        let due = max(lastMove + patience, .now() + .milliseconds(10))
        alarm = context.eventLoop.assumeIsolated().scheduleTask(deadline: due) { self.ring() }
    }

    private func ring() {
        guard let context, !isGone else { return }
        if let patience = machine.patience, .now() - lastMove >= TimeAmount(patience) {
            machine.timeOut()
            drive()
        } else {
            setAlarm(context)
        }
    }
}

extension SMTPServerConfiguration.Authentication {
    fileprivate func check(_ user: String, _ password: String) async -> Bool {
        switch self {
        case .none: false
        case .optional(let check), .required(let check): await check(user, password)
        }
    }
}
