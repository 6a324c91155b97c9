// SPDX-License-Identifier: Apache-2.0

public import Foundation
import Vault

/// What decisions ask about earlier letters.
extension TenantStore {
    /// Remembers that letters of these Message-IDs belong to an issue; ours that we sent, and theirs that we took.
    public func remember(messageIDs: [String], of issue: String, at time: Date) async throws {
        let rows = try sealing {
            try messageIDs.map { messageID in
                let hash = keys.hash(messageID, for: .messageID)
                let context = SealContext.payload("message_ids", hex(hash))
                return Remembered(
                    hash: hash, payload: try keys.seal(Data(issue.utf8), as: .configuration, at: time, for: context))
            }
        }
        try await committer.write { connection in
            for row in rows { try connection.putMessageID(row.hash, of: id, at: time, row.payload) }
        }
    }

    /// The issue of the first of these Message-IDs that is known.
    public func issue(forAnyOf messageIDs: [String]) async throws -> String? {
        let hashes = messageIDs.map { keys.hash($0, for: .messageID) }
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

    /// How many letters this address wrote that came since then.
    public func letterCount(from address: String, since: Date) async throws -> Int {
        let sender = hash(address: address)
        return try await database.read { try $0.letterCount(of: id, sender: sender, since: since) }
    }
}

private struct Remembered: Sendable {
    var hash: Data
    var payload: Data
}
