// SPDX-License-Identifier: Apache-2.0

public import Foundation
public import Planning
import Vault

/// What is kept of one person, known by a mail address or an account of Jira: found, shown, erased.
extension TenantStore {
    /// Looks through all that is kept, newest first: letters as they came, and as they read.
    public func traces(of person: PersonName) async throws -> Traces {
        var traces = Traces()
        for line in Line.allCases {
            var filter = JobFilter(line: line, limit: 200)
            while true {
                let jobs = try await jobs(matching: filter)
                for job in jobs { traces.add(try await sight(of: person, in: job)) }
                guard jobs.count == filter.limit, let last = jobs.last else { break }
                filter.before = last.id
            }
        }
        try await addRecords(with: person, to: &traces)
        try await addHoldings(with: person, to: &traces)
        traces.comments = try await commentSenders(person, &traces.unseen).count
        return traces
    }

    /// Erases all finished letters and events that the person is in, with their records and keys, and all that is held beside
    /// them.
    public func erase(_ person: PersonName) async throws -> Erased {
        let traces = try await traces(of: person)
        var done = Erased(unseen: traces.unseen)
        for trace in traces.found {
            // It may have been begun anew while the others were looked at.
            let mails = hash(about: trace.job.rawValue)
            let isErased = try await committer.write { [id] connection in
                guard try connection.forget(trace.job, id) else { return false }
                try connection.forgetMails(about: mails, id)
                try connection.forgetSender(of: trace.job, id)
                return true
            }
            if isErased { done.erased.append(trace) } else { done.waiting.append(trace) }
        }
        for held in traces.holdings { try await letGo(held.kind, held.id) }
        done.holdings = traces.holdings
        var counted = 0
        for sender in try await commentSenders(person, &counted) {
            try await committer.write { [id] in try $0.removeCommentSender(sender, of: id) }
            done.comments += 1
        }
        return done
    }

    /// Nil where there is none, or its time is over.
    public func part(_ part: KeptPart, of job: JobID) async throws -> Data? {
        do {
            switch part {
            case .record: return try await audit(of: job)?.record
            case .plan: return try await plan(of: job)
            case .payload: return try await payload(of: job)
            case .body:
                var bytes = Data()
                for try await piece in try await body(of: job) { bytes += piece }
                return bytes
            }
        } catch let error as StoreError where error.isGone {
            return nil
        }
    }

    private func sight(of person: PersonName, in job: Job) async throws -> Sight {
        var looks: [Look] = []
        for part in [KeptPart.record, .payload, .plan] where !looks.contains(.found) {
            looks.append(try await look(for: person, in: part, of: job.id))
        }
        let body = try await look(for: person, inBodyOf: job)
        guard looks.contains(.found) || body == .found else {
            return looks.contains(.unseen) || body == .unseen ? .unseen : .nothing
        }
        return .found(
            Trace(
                job: job.id, line: job.line, isInBody: body == .found, isInRecord: looks.contains(.found),
                isUnfinished: job.isUnfinished))
    }

    private func look(for person: PersonName, in part: KeptPart, of job: JobID) async throws -> Look {
        do {
            guard let bytes = try await self.part(part, of: job) else { return .nothing }
            return PersonSearch.finds(person, in: .json, bytes) ? .found : .nothing
        } catch let error as StoreError where error.isDamage {
            return .unseen
        }
    }

    private func look(for person: PersonName, inBodyOf job: Job) async throws -> Look {
        do {
            let body = try await body(of: job.id)
            var search = PersonSearch(person, in: job.line == .letter ? .mail : .json)
            var letter: [UInt8]? = job.line == .letter && body.size <= LetterSearch.most ? [] : nil
            for try await piece in body {
                search.consume(piece)
                letter?.append(contentsOf: piece)
            }
            search.finish()
            if search.isFound { return .found }
            return letter.map { LetterSearch.finds(person, in: $0) } ?? false ? .found : .nothing
        } catch let error as StoreError where error.isGone {
            return .nothing
        } catch let error as StoreError where error.isDamage {
            return .unseen
        }
    }

    /// Of events that are over: their records stay for longer.
    private func addRecords(with person: PersonName, to traces: inout Traces) async throws {
        let known = Set(traces.found.map(\.job))
        let now = store.now()
        var last: JobID?
        while true {
            let before = last
            let entries = try await database.read {
                try $0.recordsWithoutJob(of: id, before: before, limit: 200, at: now)
            }
            for entry in entries where !known.contains(entry.job) {
                traces.add(try sight(of: person, in: entry))
            }
            guard entries.count == 200 else { return }
            last = entries.last?.job
        }
    }

    private func sight(of person: PersonName, in entry: AuditEntry) throws -> Sight {
        do {
            guard PersonSearch.finds(person, in: .json, try opened(entry).record) else { return .nothing }
        } catch let error as StoreError where error.isDamage {
            return .unseen
        } catch let error as StoreError where error.isGone {
            return .nothing
        }
        return .found(
            Trace(job: entry.job, line: entry.line, isInBody: false, isInRecord: true, isUnfinished: false))
    }

    /// Sent mails, cases, previews, purchases and files that the person is in.
    private func addHoldings(with person: PersonName, to traces: inout Traces) async throws {
        for kind in HoldingKind.allCases {
            for held in try await holdings(kind) {
                do {
                    guard let content = try await holding(kind, held.id), kind.finds(person, in: content) else {
                        continue
                    }
                    traces.holdings.append(held)
                } catch let error as StoreError where error.isDamage {
                    traces.unseen += 1
                } catch let error as StoreError where error.isGone {
                    continue
                }
            }
        }
    }

    /// The hashes of the comments that are known to be of this sender.
    private func commentSenders(_ person: PersonName, _ unseen: inout Int) async throws -> [Data] {
        var found: [Data] = []
        for row in try await database.read({ try $0.commentSenders(of: id) }) {
            do {
                let sender = try sealing { try keys.open(row.payload, for: .commentSender(row.hash)) }
                if PersonSearch.finds(person, in: .mail, sender) { found.append(row.hash) }
            } catch let error as StoreError where error.isDamage {
                unseen += 1
            }
        }
        return found
    }
}

extension HoldingKind {
    fileprivate func finds(_ person: PersonName, in content: Data) -> Bool {
        switch self {
        case .preview, .purchase: PersonSearch.finds(person, in: .json, content)
        case .external: PersonSearch.finds(person, in: .mail, content)
        case .sent, .case:
            PersonSearch.finds(person, in: .mail, content) || LetterSearch.finds(person, in: Array(content))
        }
    }
}

/// What a look at one part gave.
private enum Look {
    case nothing
    case found
    /// It is there, and damaged.
    case unseen
}

/// What the looks at one letter, event or record gave.
private enum Sight {
    case nothing
    case found(Trace)
    case unseen
}

extension Traces {
    fileprivate mutating func add(_ sight: Sight) {
        switch sight {
        case .nothing: break
        case .found(let trace): found.append(trace)
        case .unseen: unseen += 1
        }
    }
}
