// SPDX-License-Identifier: Apache-2.0

import CPostgreSQL
import Foundation
public import Vault

/// Where a PostgreSQL database is.
public struct PostgreSQLAddress: Sendable {
    private let url: String
    private let password: Secret?
    private let more: [String: String]
    /// It says by itself how another machine is spoken to.
    private let isForOtherMachine: Bool

    /// - Parameters:
    ///   - url: As in `postgresql://martlet@db.example.com/martlet`; without the password.
    ///   - password: Nil where the server asks for none, as on a socket of this machine.
    public init(url: String, password: Secret? = nil) throws(StoreError) {
        guard url.hasPrefix("postgresql://") || url.hasPrefix("postgres://") else {
            throw Self.refusal("A database's address begins with \"postgresql://\".")
        }
        let settings = try Self.parse(url)
        if settings["password"] != nil {
            throw Self.refusal("The database's password does not belong into its address, but beside it.")
        }
        more = try Self.protection(settings)
        isForOtherMachine = !Self.isLocal(settings)
        self.url = url
        self.password = password
    }

    /// TLS with a checked certificate is the rule for other machines; less is taken only where it is asked for and still
    /// encrypts.
    private static func protection(_ settings: [String: String]) throws(StoreError) -> [String: String] {
        if isLocal(settings) { return [:] }
        switch settings["sslmode"] {
        case "require", "verify-ca", "verify-full": return [:]
        case nil:
            let system = "/etc/ssl/certs/ca-certificates.crt"
            let roots = settings["sslrootcert"] == nil ? ["sslrootcert": system] : [:]
            return roots.merging(["sslmode": "verify-full"]) { $1 }
        case let mode?:
            throw refusal("\"sslmode=\(mode)\" may send mail in the clear: it is for a database on this machine only.")
        }
    }

    /// Also where it names no host, which the library then takes from elsewhere.
    private static func isLocal(_ settings: [String: String]) -> Bool {
        let hosts = (settings["hostaddr"] ?? settings["host"] ?? "").split(separator: ",").map(String.init)
        return hosts.allSatisfy { $0.hasPrefix("/") || ["127.0.0.1", "::1", "localhost"].contains($0) }
    }

    /// Why this server must not be spoken to, whatever environment and service files made of the address.
    ///
    /// - Parameter host: The address that was connected to; empty for a socket.
    func complaint(about host: String, isEncrypted: Bool) -> StoreError? {
        if host.isEmpty || host.hasPrefix("127.") || host == "::1" { return nil }
        if !isEncrypted { return Self.refusal("The database would be spoken to in the clear, over the network.") }
        if isForOtherMachine { return nil }
        return Self.refusal(
            "The database is on another machine, which its address does not name: nobody would check its certificate.")
    }

    private static func parse(_ url: String) throws(StoreError) -> [String: String] {
        // The library's own complaint would repeat the address, with a password that does not belong there.
        guard let options = PQconninfoParse(url, nil) else {
            throw refusal("The database's address cannot be read.")
        }
        defer { PQconninfoFree(options) }
        var settings: [String: String] = [:]
        var option = options
        while let keyword = option.pointee.keyword {
            if let value = option.pointee.val { settings[String(cString: keyword)] = String(cString: value) }
            option += 1
        }
        return settings
    }

    private static func refusal(_ words: String) -> StoreError {
        StoreError(.unfitDatabase, words)
    }

    /// Gives what `PQconnectdbParams` takes.
    func withParameters<T>(
        _ body: ([UnsafePointer<CChar>?], [UnsafePointer<CChar>?]) throws -> T
    ) rethrows -> T {
        var parameters = [
            ("dbname", url), ("application_name", "martlet"), ("client_encoding", "UTF8"), ("connect_timeout", "10"),
            ("keepalives_idle", "10"), ("keepalives_interval", "5"), ("tcp_user_timeout", "20000"),
        ]
        parameters += more.map { ($0.key, $0.value) }
        if let password { parameters.append(("password", password.reveal())) }
        let keys = parameters.map { strdup($0.0) }
        let values = parameters.map { strdup($0.1) }
        defer { (keys + values).forEach { free($0) } }
        return try body(keys.map { UnsafePointer($0) } + [nil], values.map { UnsafePointer($0) } + [nil])
    }
}
