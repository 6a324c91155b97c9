// SPDX-License-Identifier: Apache-2.0

import Foundation
import Planning
import Vault

extension TenantStore {
    /// Keeps steps of work in one commit.
    public func write(_ steps: Step...) async throws {
        try await write(steps)
    }

    public func write(_ steps: [Step]) async throws {
        if steps.isEmpty { return }
        var changes: [Change] = []
        for step in steps { changes.append(try await change(by: step)) }
        try await committer.write { [changes] connection in
            for change in changes { try change(connection) }
        }
        for case .finished(let entry, _) in steps { store.claims.release(entry.job) }
    }

    private typealias Change = @Sendable (any SQLConnection) throws -> Void

    private func change(by step: Step) async throws -> Change {
        switch step {
        case .identified(let job, let identity, let sender):
            return identify(job, identity.map { keys.hash($0, for: .identity) }, sender.map(hash(address:)))
        case .planned(let job, let plan):
            let key = try await key(of: job)
            let sealed = try sealing { try key.seal(plan, for: .job(job, "plan")) }
            return { [id] in try $0.setPlan(sealed, of: job, id) }
        case .inLane(let job, let lane):
            let hash = lane.map { keys.hash($0, for: .lane) }
            return { try $0.setLane(hash, of: job) }
        case .begun(let action, let time):
            return { [id] in try $0.begin(action, of: id, at: time) }
        case .ended(let action, let time, let result):
            let key = try await key(of: action.job)
            let sealed = try sealing { try key.seal(result, for: .result(of: action)) }
            return { [id] in try $0.end(action, of: id, at: time, result: sealed) }
        case .sent(let action, let mail, let time):
            return try holding(.sent, "\(action.job).\(action.ordinal)", about: action.job.rawValue, mail, at: time)
        case .threaded(let messageIDs, let issue, let connection, let time):
            return try remember(messageIDs, of: issue, connection, at: time)
        case .commented(let comment, let connection, let sender, let time):
            let hash = hash(comment, in: connection)
            let sealed = try sealing {
                try keys.seal(Data(sender.utf8), as: .configuration, at: time, for: .commentSender(hash))
            }
            return { [id] in try $0.putCommentSender(hash, of: id, at: time, sealed) }
        case .finished(let entry, let ending):
            return finish(entry, as: ending)
        }
    }

    private func identify(_ job: JobID, _ identity: Data?, _ sender: Data?) -> Change {
        { [id] connection in
            if let identity {
                guard let own = try connection.job(job, of: id) else { throw StoreError.noJob }
                let twin = try connection.job(of: id, own.line, from: own.source, identity: identity)
                if let twin, twin != job { throw StoreError.twin }
            }
            do {
                try connection.setIdentity(identity, sender: sender, of: job, id)
            } catch let error as StoreError where error.code == .alreadyThere {
                // Another process was faster.
                throw StoreError.twin
            }
        }
    }

    private func remember(
        _ messageIDs: [String], of issue: String, _ connection: ConfigurationID, at time: Date
    ) throws -> Change {
        let rows = try sealing {
            try messageIDs.map { messageID in
                let hash = hash(messageID, in: connection)
                let context = SealContext.payload("message_ids", hex(hash))
                return (hash, try keys.seal(Data(issue.utf8), as: .configuration, at: time, for: context))
            }
        }
        let about = hash(about: nameInJira(issue, of: connection))
        return { [id] connection in
            for (hash, payload) in rows {
                try connection.putMessageID(hash, of: id, issue: about, at: time, payload)
            }
        }
    }

    private func finish(_ entry: AuditEntry, as ending: Ending) -> Change {
        { [keys, id, self] connection in
            let (found, isAudited) = try connection.finish(entry.job, id, as: ending)
            if !isAudited {
                _ = try connection.forget(entry.job, id)
                return
            }
            if !keepsBody(of: found) { try connection.dropBody(of: entry.job, id) }
            let time = found.line == .letter ? found.receivedAt : entry.finishedAt
            let sealed = try keys.seal(entry.record, as: .audit, at: time, for: .audit(entry.job))
            let words = try keys.hashes(of: entry.words, as: .audit, at: time)
            // What became shorter since it came counts for its record too.
            let terms = try connection.termHistory(of: id).terms(ofPeriodFrom: time, at: entry.finishedAt)
            let end = Keeping.endOfRecord(
                of: found.line, receivedAt: found.receivedAt, finishedAt: entry.finishedAt, under: terms)
            try connection.put(entry, of: id, keptUntil: end, payload: sealed, words: words)
        }
    }
}
