// SPDX-License-Identifier: Apache-2.0

public import Engine
public import Foundation
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
public import Logging
import MailTransport
import NIOCore
import NIOSSL
import ServiceLifecycle

/// The doors that people, probes and Jira come in by.
public enum ConsoleServer {
    /// Returns when the console listens.
    ///
    /// - Parameter now: The clock of sessions and of the limits of guessing.
    public static func start(
        _ configuration: ConsoleConfiguration, engine: Engine, logger: Logger,
        now: @escaping @Sendable () -> Date = { Date() }
    ) async throws -> RunningConsole {
        let transport = Transport(configuration)
        guard transport.mayListen(on: configuration.host) else {
            throw ConsoleError(
                description:
                    "The console on \(configuration.host) needs a certificate, or a public URL with https of a "
                    + "proxy in front: plain HTTP is for loopback only.")
        }
        let routing = ConsoleRouting(
            engine: engine, transport: transport, publicURL: configuration.publicURL,
            address: configuration.address, now: now)
        let (ports, listening) = AsyncThrowingStream<Int, any Error>.makeStream()
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .warning)
        let application = Application(
            responder: routing.responder(), server: try server(configuration),
            configuration: ApplicationConfiguration(
                address: .hostname(configuration.host, port: configuration.port)),
            onServerRunning: { channel in listening.yield(channel.localAddress?.port ?? 0) },
            logger: quiet)
        let group = serviceGroup(of: application, quiet)
        let serving = Task {
            do {
                try await group.run()
                listening.finish()
            } catch {
                listening.finish(throwing: error)
                throw error
            }
        }
        do {
            for try await port in ports { return RunningConsole(port: port, group: group, serving: serving) }
        } catch {
            throw ConsoleError(
                description: "The console cannot listen on \(configuration.host), port \(configuration.port): "
                    + "\(whyNotListening(error)).")
        }
        throw CancellationError()
    }

    /// Has five seconds to finish what it answers when it is to stop.
    private static func serviceGroup(of application: any Service, _ logger: Logger) -> ServiceGroup {
        var configuration = ServiceGroupConfiguration(services: [application], logger: logger)
        configuration.maximumGracefulShutdownDuration = .seconds(5)
        return ServiceGroup(configuration: configuration)
    }

    private static func server(_ configuration: ConsoleConfiguration) throws -> HTTPServerBuilder {
        let plain = HTTPServerBuilder.http1(configuration: .init(idleTimeout: .seconds(60)))
        guard let files = configuration.tls else { return plain }
        do {
            var tls = TLSConfiguration.makeServerConfiguration(
                certificateChain: try NIOSSLCertificate.fromPEMFile(files.certificate).map { .certificate($0) },
                privateKey: .privateKey(try NIOSSLPrivateKey(file: files.key, format: .pem)))
            tls.minimumTLSVersion = .tlsv12
            return try .tls(plain, tlsConfiguration: tls)
        } catch {
            throw ConsoleError(
                description: "The console's certificate (\(files.certificate)) or key (\(files.key)) cannot be used: "
                    + "\(error)")
        }
    }
}

/// Why the console cannot start, in words.
public struct ConsoleError: Error, CustomStringConvertible {
    public let description: String
}

/// A console that listens.
public struct RunningConsole: Sendable {
    public let port: Int
    let group: ServiceGroup
    let serving: Task<Void, any Error>

    public func stop() async {
        await group.triggerGracefulShutdown()
        _ = await serving.result
    }
}
