// SPDX-License-Identifier: Apache-2.0

import Foundation
import Vault

/// What is looked at before an installation is used, so that no wrong setting seals or removes anything.
extension InstallationStore {
    /// Refuses a key store that is not of this database, before anything is sealed with a wrong key; and a home of bodies
    /// that is not.
    func check(as role: Role) async throws {
        let context = SealContext.payload("installation", "1")
        if let mark = try await database.read({ try $0.installation() }) { try verify(mark, for: context) }
        try await checkBodies(as: role)
        let mark = try systemKeys.seal(Data("martlet".utf8), as: .configuration, at: .distantPast, for: context)
        try verify(try await takeDatabase(with: mark), for: context)
    }

    private func verify(_ mark: Data, for context: SealContext) throws {
        do {
            _ = try systemKeys.open(mark, for: context)
        } catch {
            throw StoreError(.keysDoNotFit, "The key store is not the one of this data folder.", underlying: error)
        }
    }

    /// Takes the bucket, and moves to where bodies are kept now what an earlier setting kept in the data folder.
    private func checkBodies(as role: Role) async throws {
        if let bucket = bodies as? BodyBucket { try await bucket.claim(for: systemKeys) }
        let former = folder + "/bodies"
        guard !home.isInDataFolder, role == .serving, FileManager.default.fileExists(atPath: former) else { return }
        if case .folder(let path, _) = home {
            let (here, there) = (
                try DataFile.identities(upFrom: path), try DataFile.identities(upFrom: former)
            )
            if here[0] == there[0] { return }
            if here.contains(there[0]) || there.contains(here[0]) { throw StoreError.nestedPlaces(path, former) }
        }
        try await bodies.takeIn(try BodyFolder(path: former)) { [committer] file in
            try await committer.write { try $0.setMarkLost(file) }
        }
    }

    /// Gives the mark of the database, which is this one where it had none.
    private func takeDatabase(with mark: Data) async throws -> Data {
        let isEmpty = try await bodies.isEmpty()
        let now = now()
        let (found, hasBodies) = try await committer.write { connection in
            if let found = try connection.installation() { return (found, try connection.hasBodies(at: now)) }
            // An empty database must not take letters for left-overs that another one names.
            guard isEmpty else {
                throw StoreError(
                    .unfitDatabase,
                    "This data folder has letters of another database: look at \"database\" in the settings.")
            }
            try connection.setInstallation(mark)
            return (mark, false)
        }
        if isEmpty, hasBodies {
            throw StoreError(
                .unfitDatabase,
                "The letters that the database names are not here: look at \"bodies\" and \"data\" in the settings.")
        }
        return found
    }

    /// Large bodies whose receipt was cut by a crash. Where several processes keep some, they go with
    /// their day: others may be putting some at this moment.
    func removeTornBodies() async throws {
        guard !isShared, let folder = bodies as? BodyFolder else { return }
        try await database.read { connection in
            try folder.removeFiles { try connection.hasBody($0) }
        }
    }
}
