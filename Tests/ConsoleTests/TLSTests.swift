// SPDX-License-Identifier: Apache-2.0

import Fakes
import HTTPTypes
import HummingbirdTesting
import LocalServers
import NIOCore
import NIOSSL
import Testing

@testable import Console

@Suite("A console with a certificate of its own") struct TLSTests {
    @Test("speaks TLS, tells browsers to stay with it, and sends no cookie by plain HTTP")
    func encrypted() async throws {
        let folder = try TemporaryFolder()
        let certificate = try await LocalCertificate.make(in: folder)
        let house = try await House(tls: (certificate.certificatePath, certificate.privateKeyPath))
        var trust = TLSConfiguration.makeClientConfiguration()
        trust.trustRoots = .file(certificate.certificatePath)
        let configuration = TestClient.Configuration(tlsConfiguration: trust, serverName: "localhost")
        let form = "name=anna&password=\(queryEncoded(House.password))"
        try await TestClient.withClient(
            host: "127.0.0.1", port: house.console.port, configuration: configuration
        ) { client in
            let page = try await client.get("/sign-in")
            #expect(page.status == .ok)
            #expect(page.headers[.strictTransportSecurity] == "max-age=31536000")
            let answer = try await client.post("/sign-in", body: .init(string: form))
            let cookie = answer.headers[.setCookie] ?? ""
            #expect(cookie.hasPrefix("__Host-martlet=") && cookie.contains("Secure"))
        }
        try await house.close()
    }

    @Test("does not start with one that cannot be read, and says which")
    func unreadable() async throws {
        let error = await #expect(throws: ConsoleError.self) {
            _ = try await House(tls: ("/nowhere/cert.pem", "/nowhere/key.pem"))
        }
        #expect(error?.description.hasPrefix("The console's certificate (/nowhere/cert.pem)") == true)
    }
}
