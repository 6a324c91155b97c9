// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import Foundation
import NIOCore

/// The bytes of a request in pieces that go as the line takes them. Each is a sign of life. Behind the last one some may still be on
/// their way, with whoever stands between: a second for each 64 KiB of all is for that.
struct WatchedBody: AsyncSequence, Sendable {
    let bytes: ByteBuffer
    let progress: Progress

    func makeAsyncIterator() -> Iterator {
        Iterator(rest: bytes, progress: progress)
    }

    struct Iterator: AsyncIteratorProtocol {
        fileprivate var rest: ByteBuffer
        fileprivate let progress: Progress

        mutating func next() async -> ByteBuffer? {
            let piece = rest.readSlice(length: Swift.min(rest.readableBytes, WatchedBody.piece))
            progress.note(more: rest.readableBytes == 0 ? .seconds(rest.readerIndex >> 16) : .zero)
            return piece?.readableBytes == 0 ? nil : piece
        }
    }

    static let piece = 64 << 10
}

extension HTTPClientRequest.Body {
    static func watched(_ bytes: ByteBuffer, by progress: Progress) -> Self {
        if bytes.readableBytes <= WatchedBody.piece { return .bytes(bytes) }
        return .stream(
            WatchedBody(bytes: bytes, progress: progress), length: .known(Int64(bytes.readableBytes)))
    }
}

extension HTTPClient.Configuration {
    /// For connections on which whoever asks watches what comes and goes: the client's own timers begin when all was handed over
    /// to the line, not when the line has carried it.
    static func watched(connections: Int) -> Self {
        var configuration = cautious(.anywhere)
        configuration.timeout.read = nil
        configuration.timeout.write = nil
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = connections
        configuration.http1_1ConnectionDebugInitializer = handOverLittle
        configuration.http2ConnectionDebugInitializer = handOverLittle
        return configuration
    }
}

/// The system takes megabytes that it does not send yet: then a slow line looks like none.
@Sendable
private func handOverLittle(_ channel: any Channel) -> EventLoopFuture<Void> {
    channel.setOption(
        ChannelOptions.Types.SocketOption(level: .tcp, name: NIOBSDSocket.Option(rawValue: TCP_NOTSENT_LOWAT)),
        value: SocketOptionValue(WatchedBody.piece))
}
