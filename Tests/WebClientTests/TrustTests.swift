// SPDX-License-Identifier: Apache-2.0

import Foundation
import Jira
import LocalServers
import Testing
import Vault

@testable import WebClient

@Suite("A site with a certificate of its own authority", .enabled(if: Program.exists("openssl"), "needs openssl"))
struct TrustTests {
    /// A web server that answers `GET /rest/api/2/myself` over TLS.
    private func withServer(_ body: (_ address: String, LocalCertificate) async throws -> Void) async throws {
        let folder = try TemporaryFolder()
        let certificate = try await LocalCertificate.make(in: folder)
        try folder.write(
            "HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n" + #"{"key":"K1","name":"bot"}"#,
            to: "rest/api/2/myself")
        let port = try await freePort()
        let command =
            "cd \(folder.path("")) && exec openssl s_server -accept 127.0.0.1:\(port) -cert cert.pem -key key.pem -HTTP"
        let server = try await ServerProcess.start(
            ["/bin/sh", "-c", command], in: folder, listeningOn: port, within: .seconds(20))
        defer { server.stop() }
        try await body("https://127.0.0.1:\(port)", certificate)
    }

    private func myself(_ address: String, _ trust: SiteTrust) async throws -> Account {
        let connections = HTTPConnections()
        let site = JiraSite(
            connection: SiteConnection(
                address: SiteAddress(address)!, deployment: .dataCenter, credentials: .bearer(Secret("t")),
                trust: trust, reach: .anywhere),
            over: connections)
        let result: Result<Account, any Error>
        do {
            result = .success(try await site.get(.myself))
        } catch {
            result = .failure(error)
        }
        try await connections.close()
        return try result.get()
    }

    @Test("is trusted where its authority is given, and nowhere else")
    func isTrusted() async throws {
        try await withServer { address, certificate in
            let own = try #require(SiteTrust(authorities: certificate.certificate))
            #expect(try await myself(address, own).name == "bot")
            let error = try await failure { _ = try await myself(address, .system) }
            #expect(error?.code == .unreachable)
            #expect(error?.said == "No safe connection to Jira can be made.")
        }
    }

    @Test("has no authority in what is no certificate")
    func needsCertificate() {
        #expect(SiteTrust(authorities: "") == nil)
        #expect(SiteTrust(authorities: "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n") == nil)
    }
}
