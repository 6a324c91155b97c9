// SPDX-License-Identifier: Apache-2.0

public import Foundation
import LocalServers
public import Store
public import WebClient

/// What an installation of a test keeps outside of its folder.
public struct Outside: Sendable {
    /// Nil for the database in the folder.
    public let database: String?
    /// Nil for files.
    public let prefix: String?

    public init(database: String? = nil, prefix: String? = nil) {
        self.database = database
        self.prefix = prefix
    }

    /// A database and a part of the bucket that nobody else has.
    public init(_ engine: DatabaseEngine) async throws {
        self.init(
            database: engine == .sqlite ? nil : try await Server.shared().makeDatabase(),
            prefix: engine.hasBucket ? UUID().uuidString : nil)
    }

    /// The same rows and objects once more.
    public func copy() async throws -> Outside {
        var (database, prefix) = (database, prefix)
        if let original = database { database = try await Server.shared().copy(original) }
        if let old = try await bucket {
            prefix = UUID().uuidString
            let new = try await Server.bucket().bucket(prefix: prefix ?? "")
            for object in try await old.list("") {
                try await new.put(try await old.get(object.name) ?? [], as: object.name)
            }
            try await old.close()
            try await new.close()
        }
        return Outside(database: database, prefix: prefix)
    }

    public var address: PostgreSQLAddress? {
        get throws { try database.map { try PostgreSQLAddress(url: $0) } }
    }

    /// Who asks for it closes it, unless a store does.
    public var bucket: S3Bucket? {
        get async throws {
            guard let prefix else { return nil }
            return try await Server.bucket().bucket(prefix: prefix)
        }
    }

    /// The names of its objects.
    public func objects() async throws -> [String] {
        guard let bucket = try await bucket else { return [] }
        let names = try await bucket.list("").map(\.name)
        try await bucket.close()
        return names
    }

    /// All bytes that the servers have of it, as they are on their disks: tables, indexes, the write-ahead log, the server's
    /// own log, and the objects with their names.
    public func everything() async throws -> Data {
        var out = Data()
        if let database { out += try await Server.shared().files(of: database) }
        if let prefix { out += try await Server.bucket().contents(under: prefix) }
        return out
    }
}
