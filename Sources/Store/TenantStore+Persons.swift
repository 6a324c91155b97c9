// SPDX-License-Identifier: Apache-2.0

import Foundation
import Planning
import Vault

/// What is kept of one person, known by a mail address: found, shown, erased.
extension TenantStore {
    /// Looks through all that is kept, newest first. An address within base64 is not seen in a body; the record of a letter
    /// names its sender and recipients in the clear.
    public func traces(of address: String) async throws -> [Trace] {
        var traces: [Trace] = []
        for line in Line.allCases {
            var filter = JobFilter(line: line, limit: 200)
            while true {
                let jobs = try await jobs(matching: filter)
                for job in jobs {
                    if let trace = try await trace(of: address, in: job) { traces.append(trace) }
                }
                guard jobs.count == filter.limit, let last = jobs.last else { break }
                filter.before = last.id
            }
        }
        return traces
    }

    /// Erases all finished letters and events that the address is in, with their records and keys.
    public func erase(_ address: String) async throws -> Erased {
        let traces = try await traces(of: address)
        for trace in traces where !trace.isUnfinished {
            try await committer.write { [id] connection in
                try connection.forget(trace.job, id)
                try connection.forgetSender(of: trace.job, id)
            }
        }
        try await eraseCommentSender(address)
        return Erased(erased: traces.filter { !$0.isUnfinished }, waiting: traces.filter(\.isUnfinished))
    }

    private func trace(of address: String, in job: Job) async throws -> Trace? {
        let isInRecord = try await self.isInRecord(address, job)
        let isInBody = try await unlessGone { try await self.isInBody(address, job) }
        if !isInRecord, !isInBody { return nil }
        return Trace(
            job: job.id, line: job.line, isInBody: isInBody, isInRecord: isInRecord, isUnfinished: job.isUnfinished)
    }

    private func isInRecord(_ address: String, _ job: Job) async throws -> Bool {
        if let entry = try await audit(of: job.id), AddressSearch.finds(address, in: entry.record) { return true }
        return try await unlessGone {
            if AddressSearch.finds(address, in: try await payload(of: job.id)) { return true }
            return AddressSearch.finds(address, in: try await plan(of: job.id) ?? Data())
        }
    }

    private func isInBody(_ address: String, _ job: Job) async throws -> Bool {
        var search = AddressSearch(address)
        for try await piece in try await body(of: job.id) { search.consume(piece) }
        search.finish()
        return search.isFound
    }

    /// False where no key is left to it.
    private func unlessGone(_ look: () async throws -> Bool) async throws -> Bool {
        do {
            return try await look()
        } catch let error as StoreError where error.code == .unreadable {
            return false
        }
    }

    private func eraseCommentSender(_ address: String) async throws {
        let rows = try await database.read { try $0.commentSenders(of: id) }
        for row in rows {
            let sender = try sealing { try keys.open(row.payload, for: .commentSender(row.hash)) }
            guard AddressSearch.finds(address, in: sender) else { continue }
            try await committer.write { [id] in try $0.removeCommentSender(row.hash, of: id) }
        }
    }
}
