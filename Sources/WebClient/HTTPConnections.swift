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
    private let clock: CallClock
    private let traffic = Mutex<[Limited: SiteTraffic]>([:])
    private let points = Mutex<[PointsOwner: AppPoints]>([:])

    /// Whom limits hold for: all that go the same way to a site, or one user there.
    private struct Limited: Hashable {
        var way: SiteWay
        var user: String?
    }

    /// Who has points: an app for all its sites together, or for one.
    private struct PointsOwner: Hashable {
        var quota: AppQuota
        var site: SiteAddress?
    }

    /// - Parameter clock: By which calls are paced.
    public init(pacedBy clock: CallClock = .system) {
        self.clock = clock
        outward = HTTPClient(eventLoopGroupProvider: .singleton, configuration: .cautious(.publicOnly))
        anywhere = HTTPClient(eventLoopGroupProvider: .singleton, configuration: .cautious(.anywhere))
    }

    /// Lets go of all connections. Requests under way fail.
    public func close() async throws {
        try await outward.shutdown()
        try await anywhere.shutdown()
    }

    /// The manners towards a site, the same for all that go the same way to it; where it limits each user, for each.
    func traffic(on way: SiteWay, of user: String? = nil, rates: [CallKind: Double]) -> SiteTraffic {
        let limited = Limited(way: way, user: way.limitsEachUser ? user : nil)
        return traffic.withLock { known in
            if let found = known[limited] { return found }
            let made = SiteTraffic(rates: rates, by: clock)
            known[limited] = made
            return made
        }
    }

    /// The points of an app: of its own on each site for which an admin says how many, and else the same for all that it calls.
    func points(of quota: AppQuota, on site: SiteAddress) -> AppPoints {
        let owner = PointsOwner(quota: quota, site: quota.pointsPerHour == nil ? nil : site)
        return points.withLock { known in
            if let found = known[owner] { return found }
            let made = AppPoints(PointsPool(most: quota.pointsPerHour ?? PointsPool.documented), by: clock)
            known[owner] = made
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
