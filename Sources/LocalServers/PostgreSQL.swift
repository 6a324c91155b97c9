// SPDX-License-Identifier: Apache-2.0

public import Foundation
import Synchronization

/// A real PostgreSQL on loopback, with as many databases as tests ask for.
///
/// Needs Debian's postgresql, which is not to run as a service for this. Started by root it runs as the user postgres.
public final class PostgreSQL: Sendable {
    public static var isAvailable: Bool { programs != nil }

    public let port: Int
    private let folder: TemporaryFolder
    private let offersTLS: Bool
    private let server = Mutex<ServerProcess?>(nil)
    private let databases = Mutex(0)

    /// An address of this machine that is not taken for one of this machine: a database there is spoken to as one elsewhere.
    public static let elsewhere = "127.0.0.2"

    private init(folder: TemporaryFolder, port: Int, certificate: LocalCertificate?) throws {
        self.folder = folder
        self.port = port
        offersTLS = certificate != nil
        if let certificate {
            try folder.write(certificate.certificate, to: "server.pem", mode: 0o644)
            let key = try folder.write(certificate.privateKey, to: "server.key", mode: 0o600)
            if getuid() == 0 {
                try FileManager.default.setAttributes([.ownerAccountName: "postgres"], ofItemAtPath: key)
            }
        }
    }

    deinit {
        stop()
    }

    /// - Parameter certificate: With one it offers TLS.
    public static func start(certificate: LocalCertificate? = nil) async throws -> PostgreSQL {
        guard isAvailable else {
            throw ServerProcess.Failure(description: "There is no PostgreSQL: it is Debian's package postgresql.")
        }
        let folder = try TemporaryFolder()
        try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: folder.path)
        let server = try PostgreSQL(folder: folder, port: try await freePort(), certificate: certificate)
        let made = try await Program.run(
            asOwner("initdb") + [
                "-D", folder.path("data"), "-A", "trust", "-U", "postgres", "-E", "UTF8", "--no-sync",
                "--wal-segsize=1",
            ])
        if made.status != 0 { throw ServerProcess.Failure(description: "initdb failed:\n\(made.output)") }
        try await server.resume()
        return server
    }

    /// Starts again after `stop`.
    public func resume() async throws {
        var settings = [
            "listen_addresses=127.0.0.1,\(Self.elsewhere)", "unix_socket_directories=", "fsync=off",
            "max_connections=500",
        ]
        if offersTLS {
            settings += [
                "ssl=on", "ssl_cert_file=\(folder.path("server.pem"))", "ssl_key_file=\(folder.path("server.key"))",
            ]
        }
        let options = ["-p", "\(port)"] + settings.flatMap { ["-c", $0] }
        let control = Self.asOwner("pg_ctl") + ["-D", folder.path("data"), "-w", "-s", "-l", folder.path("server.log")]
        let started = try await ServerProcess.start(
            control + ["-o", options.joined(separator: " "), "start"], in: folder, listeningOn: port,
            stopCommand: control + ["-m", "immediate", "stop"])
        server.withLock { $0 = started }
        // The port answers while the server still recovers from its last end.
        for _ in 0..<500 {
            if try await run("SELECT 1", in: "postgres").status == 0 { return }
        }
        throw ServerProcess.Failure(description: "PostgreSQL does not get ready:\n\(started.output)")
    }

    /// As at a loss of power: sessions end amid their statements.
    public func stop() {
        server.withLock { server in
            server?.stop()
            server = nil
        }
    }

    /// A new and empty database; gives its address.
    public func makeDatabase() async throws -> String {
        let number = databases.withLock { count in
            count += 1
            return count
        }
        let name = "test\(number)"
        let made = try await run("CREATE DATABASE \(name)", in: "postgres")
        if made.status != 0 { throw ServerProcess.Failure(description: made.output) }
        return address(of: name)
    }

    /// Another database with what this one holds.
    public func copy(_ address: String) async throws -> String {
        let copy = try await makeDatabase()
        let file = folder.path(String(copy.split(separator: "/").last ?? ""))
        for command in [["pg_dump", "-f", file, address], ["psql", "-X", "-q", "-f", file, copy]] {
            let result = try await Program.run(command)
            if result.status != 0 { throw ServerProcess.Failure(description: result.output) }
        }
        return copy
    }

    /// All bytes of a database's tables and indexes and of the write-ahead log, as they are on disk; and of the server's
    /// own log.
    public func files(of address: String) async throws -> Data {
        let name = String(address.split(separator: "/").last ?? "")
        _ = try await run("CHECKPOINT", in: name)
        let number = try await run("SELECT oid FROM pg_database WHERE datname = current_database()", in: name)
        var out = FileManager.default.contents(atPath: folder.path("server.log")) ?? Data()
        for part in ["data/pg_wal", "data/base/\(number.output.trimmingCharacters(in: .whitespacesAndNewlines))"] {
            let all = FileManager.default.enumerator(atPath: folder.path(part))
            while let file = all?.nextObject() as? String {
                if let bytes = FileManager.default.contents(atPath: folder.path("\(part)/\(file)")) {
                    out.append(bytes)
                }
            }
        }
        return out
    }

    /// What psql prints for a statement, bare.
    @discardableResult
    public func run(_ sql: String, in database: String) async throws -> Program.Result {
        try await Program.run(["psql", "-X", "-q", "-A", "-t", "-c", sql, address(of: database)])
    }

    private func address(of database: String) -> String {
        "postgresql://postgres@127.0.0.1:\(port)/\(database)"
    }

    // MARK: Programs

    /// Debian keeps them beside each other by version.
    private static let programs: String? = {
        let place = "/usr/lib/postgresql"
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: place)) ?? []
        return versions.compactMap(Int.init).max().map { "\(place)/\($0)/bin" }
    }()

    private static func asOwner(_ program: String) -> [String] {
        let path = "\(programs ?? "")/\(program)"
        return getuid() == 0 ? ["runuser", "-u", "postgres", "--", path] : [path]
    }
}
