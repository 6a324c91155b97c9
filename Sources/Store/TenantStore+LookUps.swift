// SPDX-License-Identifier: Apache-2.0

public import Foundation
public import Planning
import Vault

/// The name of an issue or a comment within a tenant: each Jira numbers its own from 10000 on.
public func nameInJira(_ id: String, of connection: ConfigurationID) -> String {
    "\(connection) \(id)"
}

/// What decisions ask about earlier letters.
extension TenantStore {
    /// The issue, in this connection's Jira, of the first of these Message-IDs that is known there.
    public func issue(forAnyOf messageIDs: [String], of connection: ConfigurationID) async throws -> String? {
        let hashes = messageIDs.map { hash($0, in: connection) }
        let found = try await database.read { connection in
            for hash in hashes {
                if let payload = try connection.messageID(hash, of: id) {
                    return Remembered?.some(Remembered(hash: hash, payload: payload))
                }
            }
            return nil
        }
        guard let found else { return nil }
        let issue = try sealing { try keys.open(found.payload, for: .payload("message_ids", hex(found.hash))) }
        return String(decoding: issue, as: UTF8.self)
    }

    func hash(_ id: String, in connection: ConfigurationID) -> Data {
        keys.hash(nameInJira(id, of: connection), for: .messageID)
    }

    /// Forgets what has the life of an issue, since that Jira deleted it (P33): its letters, and files under `nameInJira`.
    public func forget(issue: String, of connection: ConfigurationID) async throws {
        let about = hash(about: nameInJira(issue, of: connection))
        try await committer.write { [id] connection in
            try connection.removeMessageIDs(of: about, id)
            _ = try connection.removeHoldings(.external, about: about, of: id)
        }
    }

    /// Whose letter became this comment.
    public func sender(ofComment comment: String, of connection: ConfigurationID) async throws -> String? {
        let hash = hash(comment, in: connection)
        guard let found = try await database.read({ try $0.commentSender(hash, of: id) }) else { return nil }
        let sender = try sealing { try keys.open(found, for: .commentSender(hash)) }
        return String(decoding: sender, as: UTF8.self)
    }

    /// How many other letters this address wrote that came since then.
    public func letterCount(from address: String, since: Date, besides job: JobID) async throws -> Int {
        let sender = hash(address: address)
        return try await database.read { try $0.letterCount(of: id, sender: sender, since: since, besides: job) }
    }

    /// The earlier letter of the same source that has this identity.
    public func twin(of job: JobID, identity: String) async throws -> JobID? {
        let hash = keys.hash(identity, for: .identity)
        return try await database.read { connection in
            guard let own = try connection.job(job, of: id) else { throw StoreError.noJob }
            let found = try connection.job(of: id, own.line, from: own.source, identity: hash)
            return found == job ? nil : found
        }
    }
}

private struct Remembered: Sendable {
    var hash: Data
    var payload: Data
}
