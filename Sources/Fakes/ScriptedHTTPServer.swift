// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOPosix
import Synchronization

/// An HTTP/1.1 server on loopback that answers every request as a test says, also in ways that no real server should.
///
///     let server = try await ScriptedHTTPServer.start(.answer(503, headers: [("Retry-After", "5")]))
public final class ScriptedHTTPServer: Sendable {
    public struct Received: Sendable {
        public let method: String
        public let target: String
        public let headers: [(name: String, value: String)]

        /// At most 8 MiB of it are kept.
        public internal(set) var body: [UInt8] = []

        public func header(_ name: String) -> String? {
            headers.first { $0.name.lowercased() == name.lowercased() }?.value
        }
    }

    public enum Reply: Sendable {
        /// A proper answer. The connection stays open.
        case answer(Int, headers: [(String, String)] = [], body: String = "")

        /// A proper answer, and then the connection is closed without a word.
        case lastAnswer(Int, headers: [(String, String)] = [], body: String = "")

        /// Exactly these bytes, and then nothing more.
        case bytes(String)

        /// Exactly these bytes, and then the connection is closed.
        case lastBytes(String)

        /// Nothing at all; what more the client sends is not read.
        case silence

        case hangUp
    }

    fileprivate struct Seen {
        var requests: [Received] = []
        var connections = 0
    }

    private let channel: any Channel
    private let seen: Shared<Seen>

    private init(_ channel: any Channel, _ seen: Shared<Seen>) {
        self.channel = channel
        self.seen = seen
    }

    /// - Parameters:
    ///   - reply: Given when the whole request is there.
    ///   - early: Given already when the head of the request is there.
    public static func start(_ reply: Reply, atHead early: Reply? = nil) async throws -> ScriptedHTTPServer {
        let seen = Shared(Seen())
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                seen.change { $0.connections += 1 }
                return channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Conversation(reply, early, seen))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        return ScriptedHTTPServer(channel, seen)
    }

    public var port: Int { channel.localAddress?.port ?? 0 }

    /// `http://127.0.0.1:PORT`
    public var address: String { "http://127.0.0.1:\(port)" }

    /// Whole requests, and those answered at their head, in order.
    public var received: [Received] { seen.change { $0.requests } }

    public var connectionCount: Int { seen.change { $0.connections } }

    public func stop() async throws {
        try await channel.close().get()
    }
}

private final class Shared<Value: Sendable>: Sendable {
    private let value: Mutex<Value>

    init(_ value: Value) {
        self.value = Mutex(value)
    }

    func change<Result: Sendable>(_ body: (inout Value) -> Result) -> Result {
        value.withLock { value in body(&value) }
    }
}

extension ScriptedHTTPServer.Seen: Sendable {}

/// One connection.
private final class Conversation: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private static let kept = 8 << 20

    private let reply: ScriptedHTTPServer.Reply
    private let early: ScriptedHTTPServer.Reply?
    private let seen: Shared<ScriptedHTTPServer.Seen>
    private var buffer = ByteBuffer()
    private var request: ScriptedHTTPServer.Received?
    private var left = 0

    /// After an early reply what follows is the body that was not waited for.
    private var isDeaf = false

    init(
        _ reply: ScriptedHTTPServer.Reply, _ early: ScriptedHTTPServer.Reply?, _ seen: Shared<ScriptedHTTPServer.Seen>
    ) {
        self.reply = reply
        self.early = early
        self.seen = seen
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isDeaf else { return }
        buffer.writeImmutableBuffer(unwrapInboundIn(data))
        if request == nil, let first = buffer.readableBytesView.first, !Character(Unicode.Scalar(first)).isLetter {
            context.close(promise: nil)
            return
        }
        while advance(context) {}
    }

    /// Whether there may be more to do.
    private func advance(_ context: ChannelHandlerContext) -> Bool {
        guard var request else { return readHead(context) }
        let part = buffer.readSlice(length: min(left, buffer.readableBytes)) ?? ByteBuffer()
        left -= part.readableBytes
        request.body += part.readableBytesView.prefix(max(0, Self.kept - request.body.count))
        self.request = request
        buffer.discardReadBytes()
        guard left == 0 else { return false }
        finish(request, reply, context)
        return true
    }

    private func readHead(_ context: ChannelHandlerContext) -> Bool {
        let view = buffer.readableBytesView
        guard let end = view.firstIndex(of: Array("\r\n\r\n".utf8)) else { return false }
        let lines = String(decoding: view[..<end], as: UTF8.self).split(separator: "\r\n")
        buffer.moveReaderIndex(to: end + 4)
        let words = lines.first?.split(separator: " ").map(String.init) ?? []
        guard words.count == 3 else {
            context.close(promise: nil)
            return false
        }
        let headers = lines.dropFirst().map { line in
            let colon = line.firstIndex(of: ":") ?? line.endIndex
            let value = line[colon...].dropFirst().drop { $0 == " " }
            return (name: String(line[..<colon]), value: String(value))
        }
        let request = ScriptedHTTPServer.Received(method: words[0], target: words[1], headers: headers)
        left = request.header("Content-Length").flatMap { Int($0) } ?? 0
        if let early {
            isDeaf = true
            finish(request, early, context)
            return false
        }
        self.request = request
        return true
    }

    private func finish(
        _ request: ScriptedHTTPServer.Received, _ reply: ScriptedHTTPServer.Reply, _ context: ChannelHandlerContext
    ) {
        self.request = nil
        seen.change { $0.requests.append(request) }
        switch reply {
        case .answer(let status, let headers, let body):
            send(text(status, headers, body), context)
        case .lastAnswer(let status, let headers, let body):
            send(text(status, headers, body), context)
            context.close(promise: nil)
        case .bytes(let text):
            send(text, context)
        case .lastBytes(let text):
            send(text, context)
            context.close(promise: nil)
        case .silence:
            _ = context.channel.setOption(.autoRead, value: false)
        case .hangUp:
            context.close(promise: nil)
        }
    }

    private func text(_ status: Int, _ headers: [(String, String)], _ body: String) -> String {
        let lines = headers.map { "\($0): \($1)\r\n" }.joined()
        return "HTTP/1.1 \(status) Scripted\r\nContent-Length: \(body.utf8.count)\r\n\(lines)\r\n\(body)"
    }

    private func send(_ text: String, _ context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
    }
}

extension ByteBufferView {
    /// Where a sequence of bytes first begins.
    fileprivate func firstIndex(of pattern: [UInt8]) -> Int? {
        var start = startIndex
        while start + pattern.count <= endIndex {
            if self[start..<start + pattern.count].elementsEqual(pattern) { return start }
            start += 1
        }
        return nil
    }
}
