// SPDX-License-Identifier: Apache-2.0

import Foundation
import NIOCore
import NIOPosix
import Synchronization

/// A server that plays a transcript: it says the `S:` lines and wants to hear the `C:` lines.
///
///     # words about the session
///     S: * OK ready
///     C: m1 CAPABILITY
///     -- closed
///     S: * OK ready
///
/// An empty line `C: ` means that the client hangs up. The next connection begins after `-- closed`. Lines end with CRLF; those between two of the client's go out together.
final class ScriptServer: Sendable {
    struct Line: Sendable, Equatable {
        let side: Character
        let text: String
    }

    let port: Int
    private let channel: NIOAsyncChannel<NIOAsyncChannel<ByteBuffer, ByteBuffer>, Never>
    private let differences = Mutex<[String]>([])
    private let connections: [[Line]]

    /// Where the client's words differed from the transcript; empty if all was as it should be.
    var mismatches: [String] { differences.withLock { $0 } }

    init(_ transcript: String) async throws {
        connections = Self.connections(in: transcript)
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .bind(host: "127.0.0.1", port: 0) { channel in
                channel.eventLoop.makeCompletedFuture { try NIOAsyncChannel(wrappingChannelSynchronously: channel) }
            }
        port = channel.channel.localAddress?.port ?? 0
    }

    /// The lines of a transcript, connection by connection.
    static func connections(in transcript: String) -> [[Line]] {
        var connections: [[Line]] = [[]]
        for line in transcript.split(separator: "\n") {
            if line.hasPrefix("-- closed") { connections.append([]) }
            guard let side = line.first, line.hasPrefix("C:") || line.hasPrefix("S:") else { continue }
            connections[connections.count - 1].append(Line(side: side, text: String(line.dropFirst(3))))
        }
        return connections.filter { !$0.isEmpty }
    }

    static func transcript(_ name: String) throws -> String {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return try String(contentsOf: root.appending(path: "Fixtures/sessions/imap/\(name).txt"), encoding: .utf8)
    }

    /// Plays all connections one after the other, to the end of the transcript or to the first mismatch.
    func play() async throws {
        try await channel.executeThenClose { clients in
            var left = connections[...]
            for try await client in clients {
                let lines = left.removeFirst()
                try await client.executeThenClose { inbound, outbound in
                    var ear = inbound.makeAsyncIterator()
                    try await play(lines, &ear, outbound)
                }
                if left.isEmpty || !mismatches.isEmpty { return }
            }
        }
    }

    private func play(
        _ lines: [Line], _ ear: inout NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator,
        _ mouth: NIOAsyncChannelOutboundWriter<ByteBuffer>
    ) async throws {
        var heard = ""
        var words = ""
        for line in lines {
            if line.side == "S" {
                words += line.text + "\r\n"
                continue
            }
            if !words.isEmpty { try await mouth.write(ByteBuffer(string: words)) }
            words = ""
            let said = try await hear(&heard, &ear)
            guard (said ?? "") == line.text else {
                differences.withLock { $0.append("wanted “\(line.text)”, heard “\(said ?? "")”") }
                return
            }
        }
        if !words.isEmpty { try await mouth.write(ByteBuffer(string: words)) }
    }

    private func hear(
        _ heard: inout String, _ ear: inout NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    ) async throws -> String? {
        while true {
            if let end = heard.range(of: "\r\n") {
                defer { heard.removeSubrange(..<end.upperBound) }
                return String(heard[..<end.lowerBound])
            }
            guard let bytes = try? await ear.next() else { return nil }
            heard += String(buffer: bytes)
        }
    }
}
