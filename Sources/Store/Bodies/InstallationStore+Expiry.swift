// SPDX-License-Identifier: Apache-2.0

import Planning
import WebClient

/// How a bucket deletes by itself what is over.
///
/// A body is marked when its work is done, and only while the bucket's rules stand for the longest terms of all; the rules
/// look at marked ones alone. Its row says so before the mark is there, so that none is forgotten.
extension InstallationStore {
    /// Whether the bucket deletes by itself what is over; nil where letters are in no bucket.
    public func expiryRulesStand() async throws -> Bool? {
        guard let bucket = bodies as? BodyBucket else { return nil }
        return try await bucket.hasRules(under: try await longestTerms())
    }

    /// Lets the bucket delete by itself what is over. Where it does not, the sweep does it alone.
    ///
    /// - Returns: What to tell the operator, if anything.
    public func setExpiryRules() async -> String? {
        guard let bucket = bodies as? BodyBucket else { return nil }
        let instead = "What is kept no longer is deleted by Martlet alone, while it runs."
        do {
            guard try await bucket.setRules(under: try await longestTerms()) else {
                return "The bucket does not keep the lifecycle rules it is given. \(instead)"
            }
            return try await bucket.keepsTags()
                ? nil : "The bucket does not keep the tags that its lifecycle rules go by. \(instead)"
        } catch {
            return "The bucket's lifecycle rules cannot be set. \(error) \(instead)"
        }
    }

    /// The longest that anybody has or is to have, and that these settings allow: another process may have others.
    private func longestTerms() async throws -> Terms {
        let now = now()
        var longest = limits.terms
        for tenant in try await tenants() {
            let history = try await database.read { try $0.termHistory(of: tenant.id) }
            for terms in [history.terms(at: now)] + history.changes.filter({ $0.since > now }).map(\.terms) {
                longest = longest.lengthened(to: terms)
            }
        }
        return longest
    }

    /// Lets the bucket delete what was finished since the last time, when that is over, and nothing that waits.
    func sweepMarks() async throws {
        guard let bucket = bodies as? BodyBucket else { return }
        try await unmarkWaiting(in: bucket)
        guard try await areRulesSet(in: bucket) else { return }
        var last = ""
        while true {
            let after = last
            let some = try await committer.write { try $0.beginMarking(after: after, limit: 500) }
            guard let end = some.last else { return }
            try await bucket.allowExpiry(of: some.map(\.file))
            let taken = try await committer.write { try $0.endMarking(of: some.map(\.job)) }
            // Work that began anew meanwhile is never cut.
            for body in some where !taken.contains(body.job) { try await bucket.forbidExpiry(of: body.file) }
            last = end.job.rawValue
        }
    }

    /// What the bucket refuses for good was said at the start.
    private func areRulesSet(in bucket: BodyBucket) async throws -> Bool {
        do {
            guard try await bucket.setRules(under: try await longestTerms()) else { return false }
            return try await bucket.keepsTags()
        } catch let error as StoreError where (error.underlying as? AWSError)?.code == .refused {
            return false
        }
    }

    private func unmarkWaiting(in bucket: BodyBucket) async throws {
        while true {
            let some = try await database.read { try $0.markedWaiting(limit: 500) }
            if some.isEmpty { return }
            for body in some {
                do {
                    try await bucket.forbidExpiry(of: body.file)
                } catch let error as StoreError where error.code == .damaged {
                    // It is gone, and whoever works on it says so.
                }
                try await committer.write { try $0.setUnmarked(body.job) }
            }
        }
    }

    /// Lets nobody but us delete what a job came with.
    func forbidExpiry(of job: JobID) async throws {
        guard let bucket = bodies as? BodyBucket, let file = try await database.read({ try $0.markedBody(of: job) })
        else { return }
        try await bucket.forbidExpiry(of: file)
    }
}
