// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird
import HummingbirdHTTP2
import LocalServers
import Logging
import NIOCore
import NIOSSL

/// A server on this machine that speaks HTTP/2 over TLS and always gives the same answer.
struct SecureServer {
    /// `https://localhost:40123`
    let address: String
    /// Its certificate in PEM, which is its own authority.
    let certificate: String
    private let folder: TemporaryFolder
    private let serving: Task<Void, any Error>

    private struct Responder: HTTPResponder {
        let body: String

        func respond(to request: Request, context: BasicRequestContext) async throws -> Response {
            Response(
                status: .ok, headers: [.contentType: "application/json"],
                body: ResponseBody(byteBuffer: ByteBuffer(string: body)))
        }
    }

    static func start(answering body: String) async throws -> SecureServer {
        let folder = try TemporaryFolder()
        let certificate = try await LocalCertificate.make(in: folder)
        var tls = TLSConfiguration.makeServerConfiguration(
            certificateChain: try NIOSSLCertificate.fromPEMFile(certificate.certificatePath).map { .certificate($0) },
            privateKey: .privateKey(try NIOSSLPrivateKey(file: certificate.privateKeyPath, format: .pem)))
        tls.applicationProtocols = ["h2"]
        let (ports, listening) = AsyncStream<Int>.makeStream()
        let server = Application(
            responder: Responder(body: body), server: try .http2Upgrade(tlsConfiguration: tls),
            configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in listening.yield(channel.localAddress?.port ?? 0) },
            logger: Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() })
        let serving = Task { try await server.run() }
        for await port in ports {
            return SecureServer(
                address: "https://localhost:\(port)", certificate: certificate.certificate, folder: folder,
                serving: serving)
        }
        throw CancellationError()
    }

    func stop() {
        serving.cancel()
    }
}
