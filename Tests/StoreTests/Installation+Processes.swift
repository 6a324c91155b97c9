// SPDX-License-Identifier: Apache-2.0

import Foundation
import LocalServers
import Planning
import Testing
import Vault

@testable import Store

/// Several processes on one PostgreSQL.
extension Installation {
    /// A process with a data folder of its own, on another machine if one likes.
    func process(
        _ name: String, bodies: String = "bodies", isShared: Bool = true, keys: String = "keys",
        systemTime: @escaping @Sendable () -> Date = { Date() }
    ) async throws -> InstallationStore {
        try await InstallationStore.open(
            folder: folder.path(name), database: try PostgreSQLAddress(url: try #require(database)),
            bodies: .folder(folder.path(bodies), isShared: isShared),
            keys: try KeyRing.open(folder: folder.path(keys), master: master), systemTime: systemTime
        ) { noon }
    }

    /// Ends a process as a kill does: its lock goes with it, and nothing else. What it had stays its.
    func kill(_ store: InstallationStore, _ name: String, at work: [JobID] = []) async throws {
        let own = try #require(store.processes).own
        let taken = try await store.database.read { connection in
            try connection.rows("SELECT id FROM jobs WHERE process = ?1", [.text(own)]).map { try $0.jobID(0) }
        }
        try await store.close()
        let marks = work.map { "\($0)\n" }.joined()
        try Data(marks.utf8).write(to: URL(fileURLWithPath: folder.path("\(name)/at-work")))
        for part in ["keys", "bodies"] {
            try Data().write(to: URL(fileURLWithPath: folder.path("\(part)/served-by-\(own)")))
        }
        let beside = try PostgreSQLDatabase(
            try PostgreSQLAddress(url: try #require(database)), as: .beside, isShared: true,
            folder: folder.path(name))
        let failures = beside.commit([
            { connection in
                try connection.addProcess(own)
                for id in taken { _ = try connection.takeJob(id, for: own) }
            }
        ])
        beside.close()
        #expect(failures.count { $0 != nil } == 0)
    }

    /// Files that were copied, as if they lay in the folder that they were copied from: a power cut moves nothing.
    func bearIdentity() throws {
        let file = folder.path("data/process")
        guard let id = try? String(contentsOfFile: file, encoding: .utf8).split(separator: "\n").first else { return }
        let place = try #require(Processes.place(of: folder.path("data")))
        try folder.write("\(id)\n\(place)\n", to: "data/process")
    }

    func two() async throws -> (one: InstallationStore, other: InstallationStore) {
        let one = try await process("one")
        try await one.createTenant(acme, name: "Acme", at: noon)
        return (one, try await process("other"))
    }
}
