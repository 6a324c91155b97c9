// SPDX-License-Identifier: Apache-2.0

import Foundation
import LocalServers

/// What keeps the rows, and what the bodies.
public enum DatabaseEngine: String, Sendable, CaseIterable, CustomStringConvertible {
    case sqlite = "SQLite + files"
    case postgreSQL = "PostgreSQL + files"
    case postgreSQLAndS3 = "PostgreSQL + S3"

    /// Those that tests run on. Where CI runs or the reference folder is at hand none is left out: what is not installed
    /// then fails, in words, with each test that needs it.
    public static let available = all(isWhole: isWhole) { $0.isInstalled }

    /// Those with bodies in files.
    public static let withFiles = available.filter { !$0.hasBucket }

    /// One machine alone, and what several need.
    public static let ends = available.filter { $0 != .postgreSQL }

    /// - Parameter isWhole: Whether none may be missing.
    public static func all(isWhole: Bool, _ isInstalled: (DatabaseEngine) -> Bool) -> [DatabaseEngine] {
        allCases.filter { isWhole || isInstalled($0) }
    }

    private static var isWhole: Bool {
        let environment = ProcessInfo.processInfo.environment
        return ["CI", "MARTLET_REFERENCE"].contains { environment[$0]?.isEmpty == false }
    }

    private var isInstalled: Bool {
        (self == .sqlite || PostgreSQL.isAvailable) && (!hasBucket || Bucket.isAvailable)
    }

    /// Whether bodies are objects, one each.
    public var hasBucket: Bool { self == .postgreSQLAndS3 }

    public var description: String { rawValue }
}
