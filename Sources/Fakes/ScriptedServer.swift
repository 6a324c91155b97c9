// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOPosix
import Synchronization

/// Plays one recorded session to one client on loopback, and notes where the client says something else.
///
///     S: 220 mx.example.org ESMTP      the server says this line
///     C: EHLO martlet.example.org      the client must say this line
///     C: *                             … any line
///     S: 220 go\r\n250 more            … two lines in one packet
///     X: close                         the server hangs up
///     # a remark
///
/// The line ends are CR LF on both sides.
public final class ScriptedServer: Sendable {
    public let port: Int
    private let listener: any Channel
    private let play: Play

    private init(listener: any Channel, play: Play) {
        self.listener = listener
        self.play = play
        port = listener.localAddress?.port ?? 0
    }

    public static func start(_ script: String) async throws -> ScriptedServer {
        let play = Play(script)
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(PlayingHandler(play))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        return ScriptedServer(listener: listener, play: play)
    }

    /// Stops listening, and tells what went otherwise than written; nothing if all was said to the end.
    public func finish() async -> [String] {
        try? await listener.close().get()
        return play.complaints()
    }
}

/// The script and how far it has been played.
private final class Play: Sendable {
    enum Step: Sendable, Equatable {
        case server(String)
        case client(String)
        case close
    }

    private struct State {
        var steps: ArraySlice<Step>
        var complaints: [String] = []
    }

    private let state: Mutex<State>

    init(_ script: String) {
        var steps: [Step] = []
        var complaints: [String] = []
        for line in script.split(whereSeparator: \.isNewline) where !line.hasPrefix("#") {
            let text = String(line.dropFirst(3))
            switch line.prefix(2) {
            case "S:": steps.append(.server(text))
            case "C:": steps.append(.client(text))
            case "X:" where text == "close": steps.append(.close)
            default: complaints.append("not a line of a script: \(line)")
            }
        }
        state = Mutex(State(steps: steps[...], complaints: complaints))
    }

    /// What the server does before it listens again.
    func turn() -> [Step] {
        state.withLock { state in
            let steps = state.steps.prefix { if case .client = $0 { false } else { true } }
            state.steps = state.steps.dropFirst(steps.count)
            return Array(steps)
        }
    }

    func hear(_ line: String) {
        state.withLock { state in
            guard case .client(let expected)? = state.steps.first else {
                return state.complaints.append("unexpected: \(line)")
            }
            state.steps = state.steps.dropFirst()
            if expected != "*", expected != line { state.complaints.append("expected: \(expected) — came: \(line)") }
        }
    }

    func complaints() -> [String] {
        state.withLock { state in
            state.complaints + state.steps.map { "not reached: \($0)" }
        }
    }
}

private final class PlayingHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let play: Play
    private var input = ByteBuffer()

    init(_ play: Play) {
        self.play = play
    }

    func channelActive(context: ChannelHandlerContext) {
        speak(context)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        input.writeBuffer(&bytes)
        while let end = input.readableBytesView.firstIndex(of: UInt8(ascii: "\n")),
            let line = input.readString(length: end - input.readerIndex + 1)
        {
            play.hear(line.hasSuffix("\r\n") ? String(line.dropLast()) : line)
            speak(context)
        }
    }

    private func speak(_ context: ChannelHandlerContext) {
        for step in play.turn() {
            switch step {
            case .server(let line):
                context.writeAndFlush(
                    wrapOutboundOut(ByteBuffer(string: line.replacing(#"\r\n"#, with: "\r\n") + "\r\n")), promise: nil)
            case .client: break
            case .close: context.close(promise: nil)
            }
        }
    }
}
