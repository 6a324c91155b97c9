// SPDX-License-Identifier: Apache-2.0

public import Logging
import NIOCore
import NIOPosix
import NIOSSL

/// A listener that receives letters for a `MailReception`.
///
///     let server = try await SMTPServer.start(configuration, delivering: to, logger: logger)
///     …
///     await server.shutDown(within: .seconds(20))
public final class SMTPServer: Sendable {
    /// The port that is really listened on.
    public let port: Int
    private let listener: any Channel
    private let guests: SMTPGuestList

    private init(listener: any Channel, guests: SMTPGuestList) {
        self.listener = listener
        self.guests = guests
        port = listener.localAddress?.port ?? 0
    }

    /// Opens the listener; letters may come as soon as this returns.
    public static func start(
        _ configuration: SMTPServerConfiguration, delivering reception: any MailReception, logger: Logger
    ) async throws -> SMTPServer {
        let guests = SMTPGuestList(networks: configuration.allowedNetworks, limits: configuration.limits)
        let rules = SMTPServerRules(configuration)
        let desk = SMTPDesk(reception: reception, logger: logger)
        let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 512)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(
                .recvAllocator, value: AdaptiveRecvByteBufferAllocator(minimum: 2048, initial: 8192, maximum: 65536)
            )
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    var isEncrypted = false
                    if case .tls(let identity) = configuration.encryption {
                        try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: identity.context))
                        isEncrypted = true
                    }
                    try channel.pipeline.syncOperations.addHandler(
                        SMTPServerConnection(
                            rules, guests.admit(channel, isEncrypted: isEncrypted),
                            identity: configuration.encryption.identity, authentication: configuration.authentication,
                            desk: desk, guests: guests))
                }
            }
        do {
            let listener = try await bootstrap.bind(host: configuration.host, port: configuration.port).get()
            return SMTPServer(listener: listener, guests: guests)
        } catch {
            throw MailTransportError(
                .cannotListen, retry: .never,
                said: "Mail cannot be received on \(configuration.host), port \(configuration.port): "
                    + "\(whyNotListening(error)).",
                underlying: error)
        }
    }

    /// Takes no new connections and no new letters, and lets letters that are on their way finish within the limit.
    public func shutDown(within limit: Duration) async {
        try? await listener.close().get()
        let loop = listener.eventLoop
        let giveUp = loop.scheduleTask(in: TimeAmount(limit)) { [guests] in guests.closeAll() }
        await guests.askToLeave()
        giveUp.cancel()
    }
}

extension SMTPServerRules {
    fileprivate init(_ configuration: SMTPServerConfiguration) {
        name = configuration.name
        limits = configuration.limits
        transcript = configuration.transcript
        switch configuration.encryption {
        case .none, .tls: encryption = .none
        case .startTLS: encryption = .offered
        case .startTLSRequired: encryption = .required
        }
        switch configuration.authentication {
        case .none: authentication = .none
        case .optional: authentication = .offered
        case .required: authentication = .required
        }
    }
}

extension SMTPServerConfiguration.Encryption {
    fileprivate var identity: TLSIdentity? {
        switch self {
        case .none: nil
        case .startTLS(let identity), .startTLSRequired(let identity), .tls(let identity): identity
        }
    }
}
