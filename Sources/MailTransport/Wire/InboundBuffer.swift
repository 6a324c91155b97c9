// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOTLS

/// Holds what came in until somebody asks for it, and stops reading from the socket when too much waits.
///
/// One question at a time. Lives on its channel's event loop.
final class InboundBuffer: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    enum Want {
        /// A line without its end; longer than `limit` is an error.
        case line(limit: Int)
        /// What is there, at least one byte and at most so many.
        case some(limit: Int)
    }

    private struct Waiter {
        let want: Want
        let promise: EventLoopPromise<ByteBuffer>
        let timeout: Scheduled<Void>
    }

    private static let highWater = 256 * 1024

    private let server: MailServer
    private var buffer = ByteBuffer()
    private var waiter: Waiter?
    private var failure: MailTransportError?
    private var handshake: EventLoopPromise<Void>?
    private var context: ChannelHandlerContext?
    private var owesRead = false

    init(server: MailServer) {
        self.server = server
    }

    var isEmpty: Bool { buffer.readableBytes == 0 }

    /// TLS could not even be set up.
    func errorCaughtOutside(_ error: any Error) {
        fail(MailTransportError(error, on: server))
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        fail(MailTransportError(.closed, retry: .soon, said: "\(server) closed the connection."))
    }

    // MARK: Asking

    func take(_ want: Want, within limit: Duration, on eventLoop: any EventLoop) -> EventLoopFuture<ByteBuffer> {
        precondition(waiter == nil, "one question at a time")
        do {
            if let found = try find(want) {
                resumeReading()
                return eventLoop.makeSucceededFuture(found)
            }
        } catch {
            return eventLoop.makeFailedFuture(error)
        }
        if let failure { return eventLoop.makeFailedFuture(failure) }
        let promise = eventLoop.makePromise(of: ByteBuffer.self)
        let timeout = eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(limit)) { [server] in
            self.endWaiting(
                .failure(MailTransportError(.timedOut, retry: .soon, said: "\(server) did not answer in time.")))
        }
        waiter = Waiter(want: want, promise: promise, timeout: timeout)
        resumeReading()
        return promise.futureResult
    }

    func cancel() {
        endWaiting(.failure(CancellationError()))
    }

    /// Completes when TLS stands, or fails with the reason.
    func expectHandshake(on eventLoop: any EventLoop) -> EventLoopFuture<Void> {
        if let failure { return eventLoop.makeFailedFuture(failure) }
        let promise = eventLoop.makePromise(of: Void.self)
        handshake = promise
        return promise.futureResult
    }

    private func find(_ want: Want) throws -> ByteBuffer? {
        switch want {
        case .some(let limit):
            return isEmpty ? nil : buffer.readSlice(length: min(limit, buffer.readableBytes))
        case .line(let limit):
            guard let end = buffer.readableBytesView.firstIndex(of: UInt8(ascii: "\n")) else {
                if buffer.readableBytes > limit { throw overlong }
                return nil
            }
            let length = end - buffer.readerIndex
            if length > limit { throw overlong }
            guard var line = buffer.readSlice(length: length + 1) else { return nil }
            line.moveWriterIndex(to: line.writerIndex - 1)
            if line.readableBytesView.last == UInt8(ascii: "\r") { line.moveWriterIndex(to: line.writerIndex - 1) }
            return line
        }
    }

    private var overlong: MailTransportError {
        MailTransportError(.protocolViolation, retry: .soon, said: "\(server) sent a line that is too long.")
    }

    private func endWaiting(_ result: Result<ByteBuffer, any Error>) {
        guard let waiter else { return }
        self.waiter = nil
        waiter.timeout.cancel()
        waiter.promise.completeWith(result)
    }

    private func fail(_ error: MailTransportError) {
        if failure == nil { failure = error }
        handshake?.fail(failure ?? error)
        handshake = nil
        endWaiting(.failure(failure ?? error))
    }

    private func resumeReading() {
        guard owesRead, buffer.readableBytes < Self.highWater else { return }
        owesRead = false
        context?.read()
    }

    // MARK: The channel

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        if buffer.readableBytes == 0 {
            buffer = bytes
        } else {
            if buffer.readerIndex > Self.highWater { buffer.discardReadBytes() }
            buffer.writeBuffer(&bytes)
        }
        guard let waiter else { return }
        do {
            if let found = try find(waiter.want) { endWaiting(.success(found)) }
        } catch {
            endWaiting(.failure(error))
        }
    }

    func read(context: ChannelHandlerContext) {
        if buffer.readableBytes < Self.highWater {
            context.read()
        } else {
            owesRead = true
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .handshakeCompleted? = event as? TLSUserEvent {
            handshake?.succeed()
            handshake = nil
        }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        fail(MailTransportError(.closed, retry: .soon, said: "\(server) closed the connection."))
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        fail(MailTransportError(error, on: server))
        context.close(promise: nil)
    }
}
