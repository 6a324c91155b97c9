// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import Jira
import NIOCore
import NIOPosix
import Synchronization

/// Connections, kept open and used again: HTTP/2 where the other side offers it, else HTTP/1.1. One for the process; `close` it at the end.
public final class HTTPConnections: Sendable {
    private let outward: HTTPClient
    private let anywhere: HTTPClient
    private let traffic = Mutex<[SiteAddress: SiteTraffic]>([:])
    private let points = Mutex<[String: AppPoints]>([:])

    public init() {
        outward = HTTPClient(eventLoopGroupProvider: .singleton, configuration: .cautious(.publicOnly))
        anywhere = HTTPClient(eventLoopGroupProvider: .singleton, configuration: .cautious(.anywhere))
    }

    /// Lets go of all connections. Requests under way fail.
    public func close() async throws {
        try await outward.shutdown()
        try await anywhere.shutdown()
    }

    /// The manners towards a site, the same for all connections to it.
    func traffic(to address: SiteAddress, rates: [CallKind: Double]) -> SiteTraffic {
        traffic.withLock { known in
            if let found = known[address] { return found }
            let made = SiteTraffic(rates: rates)
            known[address] = made
            return made
        }
    }

    /// The points of an app, the same for all sites that it calls.
    func points(of app: String) -> AppPoints {
        points.withLock { known in
            if let found = known[app] { return found }
            let made = AppPoints()
            known[app] = made
            return made
        }
    }

    func client(for reach: Reach) -> HTTPClient {
        switch reach {
        case .publicOnly: outward
        case .anywhere: anywhere
        }
    }
}

extension HTTPClient.Configuration {
    /// No redirects, no second attempt to connect, and no connection into a private network unless allowed.
    static func cautious(_ reach: Reach) -> Self {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.httpVersion = .automatic
        configuration.timeout.connect = .seconds(10)
        configuration.timeout.read = .seconds(60)
        configuration.timeout.write = .seconds(60)
        configuration.connectionPool.idleTimeout = .seconds(30)
        configuration.connectionPool.retryConnectionEstablishment = false
        if reach == .publicOnly {
            configuration.http1_1ConnectionDebugInitializer = refusePrivateAddress
            configuration.http2ConnectionDebugInitializer = refusePrivateAddress
        }
        return configuration
    }
}

/// The name may lead anywhere, and elsewhere at the next look-up. So the address that was really connected to is judged,
/// before a byte of the request is sent.
@Sendable
private func refusePrivateAddress(_ channel: any Channel) -> EventLoopFuture<Void> {
    if let address = channel.remoteAddress, isPublic(address) { return channel.eventLoop.makeSucceededVoidFuture() }
    channel.eventLoop.execute { channel.close(promise: nil) }
    return channel.eventLoop.makeFailedFuture(PrivateAddress())
}
