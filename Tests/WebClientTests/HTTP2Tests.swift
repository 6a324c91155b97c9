// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import HTTPTypes
import Hummingbird
import HummingbirdHTTP2
import Jira
import LocalServers
import Logging
import NIOCore
import NIOHTTP1
import NIOSSL
import ServiceLifecycle
import Synchronization
import Testing
import Vault

@testable import WebClient

@Suite("A site that offers HTTP/2", .enabled(if: Program.exists("openssl"), "needs openssl"))
struct HTTP2Tests {
    private struct Context: RequestContext {
        var coreContext: CoreRequestContextStorage
        let channel: any Channel

        init(source: ApplicationRequestContextSource) {
            coreContext = CoreRequestContextStorage(source: source)
            channel = source.channel
        }
    }

    /// Notes what came, and on which connection.
    private struct Responder: HTTPResponder {
        let seen: Seen

        func respond(to request: Request, context: Context) async throws -> Response {
            let body = try await request.body.collect(upTo: 1 << 20)
            seen.note("\(request.method) \(request.uri.path) \(body.readableBytes)", on: context.channel)
            let answer =
                request.method == .post
                ? #"[{"id":"1","filename":"a.txt"}]"# : #"{"accountId":"1","displayName":"bot"}"#
            return Response(
                status: .ok, headers: [.contentType: "application/json"],
                body: ResponseBody(byteBuffer: ByteBuffer(string: answer)))
        }
    }

    private final class Seen: Sendable {
        private let kept = Mutex<(requests: [String], connections: Set<String>, isHTTP2: Bool)>(([], [], true))

        func note(_ request: String, on channel: any Channel) {
            // A stream of HTTP/2 is a channel within its connection's.
            let parent = channel.parent?.parent == nil ? nil : channel.parent
            kept.withLock { kept in
                kept.requests.append(request)
                kept.connections.insert("\(parent.map { ObjectIdentifier($0) } ?? ObjectIdentifier(channel))")
                kept.isHTTP2 = kept.isHTTP2 && parent != nil
            }
        }

        var requests: [String] { kept.withLock { $0.requests } }
        var connections: Int { kept.withLock { $0.connections.count } }
        var isHTTP2: Bool { kept.withLock { $0.isHTTP2 } }
    }

    private func withServer(_ body: (JiraSite, Seen) async throws -> Void) async throws {
        let folder = try TemporaryFolder()
        let certificate = try await LocalCertificate.make(in: folder)
        var tls = TLSConfiguration.makeServerConfiguration(
            certificateChain: try NIOSSLCertificate.fromPEMFile(certificate.certificatePath).map { .certificate($0) },
            privateKey: .privateKey(try NIOSSLPrivateKey(file: certificate.privateKeyPath, format: .pem)))
        tls.applicationProtocols = ["h2", "http/1.1"]
        let seen = Seen()
        let (ports, listening) = AsyncStream<Int>.makeStream()
        let server = Application(
            responder: Responder(seen: seen), server: try .http2Upgrade(tlsConfiguration: tls),
            configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in listening.yield(channel.localAddress?.port ?? 0) },
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let serving = Task { try await server.run() }
        defer { serving.cancel() }
        for await port in ports {
            let connections = HTTPConnections()
            let site = JiraSite(
                connection: SiteConnection(
                    address: SiteAddress("https://localhost:\(port)")!, credentials: .bearer(Secret("t")),
                    trust: try #require(SiteTrust(authorities: certificate.certificate)), reach: .anywhere),
                over: connections)
            do {
                try await body(site, seen)
            } catch {
                try await connections.close()
                throw error
            }
            return try await connections.close()
        }
    }

    @Test("is spoken to by it, over one connection, also for many calls at once and for files")
    func isUsed() async throws {
        try await withServer { site, seen in
            #expect(try await site.get(.myself).displayName == "bot")
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<20 { group.addTask { _ = try await site.get(.myself) } }
                try await group.waitForAll()
            }
            let body = AsyncStream { continuation in
                for _ in 0..<10 { continuation.yield(ByteBuffer(repeating: 0x78, count: 10_000)) }
                continuation.finish()
            }
            let upload = Upload(FileName(fitting: "a.txt"), mediaType: "text/plain", to: issue)
            #expect(try await site.perform(upload, body: body, length: 100_000).count == 1)
            #expect(seen.requests.count == 22)
            #expect(seen.isHTTP2)
            #expect(seen.connections == 1)
        }
    }

    @Test("and that a name turns out to lead to in a private network is sent nothing")
    func isGuarded() async throws {
        try await withServer { site, seen in
            let connections = HTTPConnections()
            var request = HTTPClientRequest(url: "\(site.connection.address)/")
            request.tlsConfiguration = site.connection.trust.configuration
            // The client itself, without the look at the address that the site was given.
            await #expect(throws: PrivateAddress.self) {
                _ = try await connections.client(for: .publicOnly).execute(request, timeout: .seconds(10))
            }
            #expect(seen.requests == [])
            // The same request is answered where that is allowed, by HTTP/2.
            let answer = try await connections.client(for: .anywhere).execute(request, timeout: .seconds(10))
            #expect(answer.status == .ok && seen.isHTTP2 && seen.requests.count == 1)
            try await connections.close()
        }
    }
}
