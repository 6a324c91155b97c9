// SPDX-License-Identifier: Apache-2.0

import LocalServers
import Testing
import Vault

@testable import Store

@Suite(
    "A database over the network",
    .enabled(if: PostgreSQL.isAvailable && Program.exists("openssl"), "needs Debian's postgresql and openssl"))
struct PostgreSQLTLSTests {
    private let folders = (authority: try! TemporaryFolder(), server: try! TemporaryFolder())

    private func authority() async throws -> LocalCertificate {
        try await .make(in: folders.authority)
    }

    /// A server whose certificate an authority signed.
    private func server(
        _ authority: LocalCertificate, names: [String] = ["IP:\(PostgreSQL.elsewhere)"]
    ) async throws -> PostgreSQL {
        try await .start(certificate: try await .make(in: folders.server, names: names, by: authority))
    }

    private func address(_ server: PostgreSQL, _ settings: String...) throws -> PostgreSQLAddress {
        try PostgreSQLAddress(
            url: "postgresql://postgres@\(PostgreSQL.elsewhere):\(server.port)/postgres"
                + "?" + settings.filter { !$0.isEmpty }.joined(separator: "&"))
    }

    private func isEncrypted(_ address: PostgreSQLAddress) throws -> String? {
        let connection = PostgreSQLConnection(address)
        defer { connection.close() }
        try connection.open()
        return try connection.row("SELECT CAST(ssl AS TEXT) FROM pg_stat_ssl WHERE pid = pg_backend_pid()")?.text(0)
    }

    private func refusal(_ address: PostgreSQLAddress) -> String? {
        let error = #expect(throws: StoreError.self) { try isEncrypted(address) }
        #expect(error?.retry == .soon)
        return error?.description
    }

    @Test("is spoken to by TLS where the authority that signed its certificate is trusted")
    func trusted() async throws {
        let authority = try await authority()
        let server = try await server(authority)
        let trusting = try address(server, "sslrootcert=\(authority.certificatePath)")
        #expect(try isEncrypted(trusting) == "true")
        let place = try TemporaryFolder()
        let keys = try KeyRing.open(folder: place.path("keys"), master: .random())
        let store = try await InstallationStore.open(folder: place.path("data"), database: trusting, keys: keys) {
            noon
        }
        try await store.createTenant(acme, name: "Acme", at: noon)
        let sessions =
            "SELECT DISTINCT ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE application_name = 'martlet'"
        #expect(try await server.run(sessions, in: "postgres").output == "t\n")
        try await store.close()
    }

    @Test("is not spoken to where another authority is trusted, or only those of the system")
    func untrusted() async throws {
        let server = try await server(try await authority())
        let others = try TemporaryFolder()
        let other = try await LocalCertificate.make(in: others)
        let words = "The database's certificate is by no authority that is trusted here."
        #expect(refusal(try address(server, "sslrootcert=\(other.certificatePath)")) == words)
        #expect(refusal(try address(server)) == words)
        #expect(
            refusal(try address(server, "sslrootcert=/nowhere/root.pem"))
                == "The file of authorities by which the database's certificate is checked cannot be read.")
    }

    @Test("is not spoken to where its certificate is for another name, unless the address asks for no more")
    func otherName() async throws {
        let authority = try await authority()
        let server = try await server(authority, names: ["DNS:db.example.com"])
        let root = "sslrootcert=\(authority.certificatePath)"
        let words = "The database's certificate is for another name than its address has."
        #expect(refusal(try address(server, root)) == words)
        #expect(refusal(try address(server, root, "sslmode=verify-full")) == words)
        #expect(try isEncrypted(try address(server, root, "sslmode=verify-ca")) == "true")
    }

    @Test(
        "is never spoken to in the clear, whatever it offers", arguments: ["", "sslmode=require", "sslmode=verify-ca"])
    func clear(mode: String) async throws {
        let authority = try await authority()
        let server = try await PostgreSQL.start()
        #expect(
            refusal(try address(server, "sslrootcert=\(authority.certificatePath)", mode))
                == "The database does not offer TLS, and over the network it is not spoken to without.")
    }
}
