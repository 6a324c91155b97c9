// SPDX-License-Identifier: Apache-2.0

public import NIOCore
import NIOPosix

/// A client's line to a mail server: connect, ask for lines or bytes with a time limit, write, turn on TLS.
///
/// One reader at a time. Every failure is a `MailTransportError`; a cancelled task gets `CancellationError`, and the
/// connection should then be closed.
public final class Connection: Sendable {
    public let server: MailServer
    private let channel: any Channel
    /// As it was when we connected: a channel that the other end has closed has none any more.
    private let remote: SocketAddress?
    private let inbound: NIOLoopBound<InboundBuffer>
    private let transcript: Transcript

    private init(
        _ server: MailServer, _ channel: any Channel, _ inbound: NIOLoopBound<InboundBuffer>, _ log: Transcript
    ) {
        self.server = server
        self.channel = channel
        remote = channel.remoteAddress
        self.inbound = inbound
        transcript = log
    }

    /// Connects, and with `security: .tls` also encrypts. The limit holds for each of both.
    public static func open(
        to server: MailServer, within limit: Duration = .seconds(30), transcript: Transcript = .off
    ) async throws -> Connection {
        let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connectTimeout(TimeAmount(limit))
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
        do {
            let (channel, inbound) = try await bootstrap.connect(host: server.host, port: server.port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    let inbound = InboundBuffer(server: server)
                    try channel.pipeline.syncOperations.addHandler(inbound)
                    return (channel, NIOLoopBound(inbound, eventLoop: channel.eventLoop))
                }
            }
            let connection = Connection(server, channel, inbound, transcript)
            if server.security == .tls { try await connection.encrypt(within: limit) }
            return connection
        } catch {
            throw MailTransportError(error, on: server)
        }
    }

    /// Whether the other end is this machine, by its address and not by its name.
    public var isLoopback: Bool {
        guard let remote else { return false }
        return IPAddress(remote)?.isLoopback ?? true
    }

    /// Turns on TLS after the server has agreed to it (STARTTLS).
    ///
    /// What the server sent before the handshake is an injection by somebody else: an error (RFC 3207 §6).
    public func encrypt(within limit: Duration) async throws {
        let channel = channel
        let inbound = inbound
        let server = server
        try await bounded(by: limit) {
            channel.eventLoop.flatSubmit {
                guard inbound.value.isEmpty else {
                    return channel.eventLoop.makeFailedFuture(
                        MailTransportError(
                            .protocolViolation, retry: .soon,
                            said: "\(server) sent data in the open where encryption had to begin."))
                }
                let done = inbound.value.expectHandshake(on: channel.eventLoop)
                do {
                    try channel.pipeline.syncOperations.addHandler(try server.makeTLSHandler(), position: .first)
                } catch {
                    inbound.value.errorCaughtOutside(error)
                }
                return done
            }
        }
    }

    /// The next line without its end.
    public func readLine(limit: Int = 8192, within time: Duration) async throws -> ByteBuffer {
        let line = try await take(.line(limit: limit), within: time)
        transcript.record(.server, line.text)
        return line
    }

    /// What has come in, at least one byte and at most `limit`.
    public func readSome(limit: Int = 65536, within time: Duration) async throws -> ByteBuffer {
        let bytes = try await take(.some(limit: limit), within: time)
        transcript.record(.server, "<\(bytes.readableBytes) bytes>")
        return bytes
    }

    /// Writes and waits until the system has taken it. `shown` stands in the transcript in place of secrets and bulk.
    public func write(_ bytes: ByteBuffer, shown: String? = nil, within time: Duration) async throws {
        transcript.record(.client, shown ?? trimmed(bytes.text))
        let channel = channel
        try await bounded(by: time) { channel.writeAndFlush(bytes) }
    }

    public func write(_ text: String, shown: String? = nil, within time: Duration) async throws {
        try await write(ByteBuffer(string: text), shown: shown, within: time)
    }

    /// Closes at once; harmless when it is closed already.
    public func close() async {
        try? await channel.close().get()
    }

    private func take(_ want: InboundBuffer.Want, within time: Duration) async throws -> ByteBuffer {
        let loop = channel.eventLoop
        let inbound = inbound
        return try await withTaskCancellationHandler {
            try Task.checkCancellation()
            let taking = loop.flatSubmit { inbound.value.take(want, within: time, on: loop) }
            // A cancellation that came before the question found nobody waiting.
            if Task.isCancelled { loop.execute { inbound.value.cancel() } }
            return try await taking.get()
        } onCancel: {
            loop.execute { inbound.value.cancel() }
        }
    }

    /// Runs an operation of the channel; when time is up the channel is closed.
    private func bounded(by limit: Duration, _ operation: () -> EventLoopFuture<Void>) async throws {
        let server = server
        let channel = channel
        let promise = channel.eventLoop.makePromise(of: Void.self)
        let timeout = channel.eventLoop.scheduleTask(in: TimeAmount(limit)) {
            promise.fail(MailTransportError(.timedOut, retry: .soon, said: "\(server) did not answer in time."))
            channel.close(promise: nil)
        }
        operation().cascade(to: promise)
        do {
            try await promise.futureResult.get()
            timeout.cancel()
        } catch {
            timeout.cancel()
            throw MailTransportError(error, on: server)
        }
    }

    private func trimmed(_ text: String) -> String {
        text.hasSuffix("\r\n") ? String(text.dropLast()) : text
    }
}
