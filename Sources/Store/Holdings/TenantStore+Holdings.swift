// SPDX-License-Identifier: Apache-2.0

public import Foundation
public import Planning
import Vault

extension TenantStore {
    /// Keeps something sealed, in the place of what is held under this id. Without auditing no sent mail is (P50).
    ///
    /// - Parameter about: The issue or job that it belongs to; it is known by a keyed hash alone.
    public func hold(
        _ kind: HoldingKind, _ id: String, about: String? = nil, _ content: Data, at time: Date
    ) async throws {
        try await committer.write(try holding(kind, id, about: about, content, at: time))
    }

    /// What keeps it, in a commit with others.
    func holding(
        _ kind: HoldingKind, _ id: String, about: String?, _ content: Data, at time: Date
    ) throws -> @Sendable (any SQLConnection) throws -> Void {
        let sealed = try sealing {
            try keys.seal(content, as: kind.retention, at: time, for: .holding(kind, id))
        }
        let about = about.map(hash(about:))
        return { [tenant = self.id] connection in
            if kind == .sent, try !connection.isAudited(tenant) { return }
            let end = kind.end(from: time, under: try connection.terms(of: tenant, at: time))
            let holding = Holding(kind: kind, id: id, madeAt: time, keptUntil: end)
            try connection.put(holding, about: about, of: tenant, sealed)
        }
    }

    /// Makes a test case of a letter that is kept (P27); it outlives that.
    public func makeCase(_ id: String, of job: JobID, at time: Date) async throws {
        let body = try await body(of: job)
        try await hold(.case, id, Data(try await body.read(0..<body.size)), at: time)
    }

    /// The content; nil where there is none or its time is over.
    public func holding(_ kind: HoldingKind, _ id: String) async throws -> Data? {
        let now = store.now()
        guard let sealed = try await database.read({ try $0.holding(id, kind, of: self.id, at: now) }) else {
            return nil
        }
        return try sealing { try keys.open(sealed, for: .holding(kind, id)) }
    }

    /// Oldest first; of one issue or job, or all of a kind.
    public func holdings(_ kind: HoldingKind, about: String? = nil) async throws -> [Holding] {
        let (now, about) = (store.now(), about.map(hash(about:)))
        return try await database.read { try $0.holdings(of: id, kind, about: about, at: now) }
    }

    /// The mails that were sent because of an event, as they were; oldest first.
    public func sentMails(of job: JobID) async throws -> [Data] {
        var mails: [Data] = []
        for held in try await holdings(.sent, about: job.rawValue) {
            if let mail = try await holding(.sent, held.id) { mails.append(mail) }
        }
        return mails
    }

    /// Whether there was one.
    @discardableResult
    public func letGo(_ kind: HoldingKind, _ id: String) async throws -> Bool {
        try await committer.write { try $0.removeHolding(id, kind, of: self.id) }
    }

    /// All of an issue, as a transition of it asks for (P89); gives how many there were.
    @discardableResult
    public func letGo(_ kind: HoldingKind, about: String) async throws -> Int {
        let about = hash(about: about)
        return try await committer.write { try $0.removeHoldings(kind, about: about, of: id) }
    }

    /// The files of an issue that was resolved go three months later, unless it is opened again (P90).
    public func resolved(issue: String, at time: Date) async throws {
        try await endFiles(of: issue, at: time.addingTimeInterval(Keeping.externalAfterResolution))
    }

    /// Its files have no end any more.
    public func reopened(issue: String) async throws {
        try await endFiles(of: issue, at: nil)
    }

    private func endFiles(of issue: String, at end: Date?) async throws {
        let about = hash(about: issue)
        _ = try await committer.write { try $0.setEnd(end, ofHoldings: .external, about: about, of: id) }
    }

    func removeHoldings(at now: Date) async throws -> Int {
        try await store.inBatches { [id] in try $0.removeHoldings(of: id, keptUntil: now, limit: $1) }
    }

    /// The seconds in which external files that are there were stored: their keys stay.
    func externalSeconds() async throws -> Set<Int> {
        Set(
            try await database.read { try $0.holdingTimes(of: id, .external) }
                .map { Int($0.timeIntervalSince1970) })
    }

    func hash(about: String) -> Data { keys.hash(about, for: .identity) }
}

extension HoldingKind {
    fileprivate var retention: Retention {
        switch self {
        case .case, .preview: .configuration
        case .sent: .audit
        case .purchase: .purchase
        case .external: .external
        }
    }

    fileprivate func end(from time: Date, under terms: Terms) -> Date? {
        switch self {
        case .case, .preview, .external: nil
        case .sent: time.addingTimeInterval(terms.mail)
        case .purchase: time.addingTimeInterval(Keeping.purchase)
        }
    }
}
