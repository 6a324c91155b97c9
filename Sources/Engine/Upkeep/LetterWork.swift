// SPDX-License-Identifier: Apache-2.0

import Foundation
import Jira
import Logging
import MIME
import Planning
import Store
import WebClient

/// One letter from its bytes to its audit record.
struct LetterWork: Sendable {
    let engine: Engine
    let setup: TenantSetup
    let job: Job
    /// Nil where the letter is the only one at work.
    var seats: Seats?

    /// So many times a letter that failed keeps its place before those that came later.
    static let patience = 5

    func run() async throws {
        let read = try await ReadLetter.open(job, of: setup.store)
        if read.origin.isHeaderOnly { throw OnlyTheHeader() }
        let profile = try self.profile(read.origin.profile)
        guard let site = setup.sites[profile.connection] else { throw SetupMissing.connection(profile.connection) }
        let place = Forerunners.Site(tenant: setup.id, connection: profile.connection)
        do {
            try await engine.holds.respecting(setup.caller(profile.connection)) {
                try await work(read, under: profile, on: site)
            }
            engine.lanes.leave(job.id, until: nil, at: engine.now)
            engine.forerunners.remove(job.id, at: place)
        } catch let error where !(error is CancellationError) {
            let trouble = engine.trouble(of: job, after: error)
            if !(error is WaitsItsTurn) { keepPlace(at: place, for: trouble, after: error) }
            await engine.settle(job, as: trouble, after: error)
        }
    }

    /// One that is put off keeps its place before those that came later. One that fails again and again, though Jira is well,
    /// lets them go first.
    private func keepPlace(at place: Forerunners.Site, for trouble: Trouble, after error: any Error) {
        let isKept = job.attempts < Self.patience || isOfSite(error)
        guard isKept, !engine.store.isShared, let pause = trouble.pause else {
            engine.lanes.leave(job.id, until: nil, at: engine.now)
            return engine.forerunners.remove(job.id, at: place)
        }
        let until = engine.now.addingTimeInterval(pause.seconds)
        if !engine.lanes.leave(job.id, until: until, at: engine.now) {
            engine.forerunners.putOff(job.id, at: place, until: until)
        }
    }

    private func work(_ read: ReadLetter, under profile: Profile, on site: JiraSite) async throws {
        try await giveWay(read, under: profile, on: site)
        let (kept, opening) = try await plan(for: read, under: profile, on: site)
        guard kept.plan.disposition != .parked, let issue = kept.plan.existingIssue else {
            // Nobody's turn depends on what takes long from here on.
            engine.turnstile.leave(job.id, of: job.tenant)
            engine.forerunners.remove(
                job.id, at: Forerunners.Site(tenant: setup.id, connection: profile.connection))
            engine.lanes.leave(job.id, until: nil, at: engine.now)
            let opening = opening.isEmpty || isNew ? opening : opening + [.inLane(job.id, nil)]
            if kept.plan.disposition == .parked { return try await park(kept, opening) }
            return try await carryOut(read, kept, opening, profile, site)
        }
        let place = IssueLanes.Place(tenant: setup.id, connection: profile.connection, issue: issue)
        try await takeTurn(at: place, writes: kept.plan.writeCount, opening)
        try await carryOut(read, kept, engine.store.isShared ? [] : opening, profile, site)
    }

    /// A new letter for an issue that cannot take it soon is put off before Jira is asked about it: the many of a storm would use
    /// up the calls that the others need, and these would wait behind them until it is known what they are for.
    private func giveWay(_ read: ReadLetter, under profile: Profile, on site: JiraSite) async throws {
        // Who has a place in a lane holds nobody up.
        if engine.lanes.hasPlace(job.id) { return engine.turnstile.leave(job.id, of: job.tenant) }
        guard isNew, engine.lanes.isAnyLate(at: profile.connection, of: setup.id, now: engine.now) else { return }
        let twin = try await setup.store.twin(of: job.id, identity: read.identity)
        let foreseen = try await finder(under: profile, on: site, twin: twin).foreseeing(at: engine.now) {
            facts throws(Inquiry) in try decide(read.letter, under: profile, knowing: facts)
        }
        guard let foreseen, foreseen.disposition != .parked, let issue = foreseen.existingIssue else { return }
        let place = IssueLanes.Place(tenant: setup.id, connection: profile.connection, issue: issue)
        guard engine.lanes.isLate(place, now: engine.now) else { return }
        // Whom it is of counts from now on.
        try await setup.store.write(identification(of: read, twin: twin))
        try await takeTurn(at: place, writes: foreseen.writeCount, [])
    }

    /// Whether it was never put off.
    private var isNew: Bool { job.dueAt.map { $0 <= job.receivedAt } ?? true }

    private func identification(of read: ReadLetter, twin: JobID?) -> Step {
        .identified(job.id, as: twin == nil ? read.identity : nil, sender: read.letter.sender?.address)
    }

    /// Returns when all that came before to the same issue is done and Jira takes more writes. Where that is later, the
    /// letter is put off, and its plan kept if it has one.
    private func takeTurn(at place: IssueLanes.Place, writes: Int, _ opening: [Step]) async throws {
        if engine.store.isShared { return try await takeSharedTurn(at: place, writes, opening) }
        await engine.turnstile.reach(job.id, of: job.tenant)
        engine.lanes.join(job.id, place, writes: writes, at: engine.now)
        let site = Forerunners.Site(tenant: place.tenant, connection: place.connection)
        engine.forerunners.remove(job.id, at: site)
        engine.turnstile.leave(job.id, of: job.tenant)
        if let until = engine.forerunners.first(before: job.id, at: site, now: engine.now) {
            let time = max(until, engine.now).addingTimeInterval(IssueLanes.spacing)
            engine.lanes.leave(job.id, until: time, at: engine.now)
            return try await putOff(until: time, opening)
        }
        let turn = await engine.lanes.turn(of: job.id, place, by: engine.time) { bell in
            seats?.leave(job.tenant)
            await bell.wait()
            seats?.take(job.tenant)
        }
        if case .later(let time) = turn {
            engine.lanes.note(place, lateUntil: time)
            try await putOff(until: time, opening)
        }
    }

    /// The same where other processes may have those that came before: the database knows their order, and each of them goes
    /// when it is the first.
    private func takeSharedTurn(at place: IssueLanes.Place, _ writes: Int, _ opening: [Step]) async throws {
        engine.turnstile.leave(job.id, of: job.tenant)
        try await setup.store.write(opening + [.inLane(job.id, place.name)])
        let now = engine.now
        let count = try await setup.store.lettersBefore(
            job.id, in: place.name, besides: setup.letterSources(besides: place.connection), at: now)
        var pause = IssueLanes.spacing * Double(count)
        if count == 0 {
            var pace = WritePace.ofIssue(
                after: try await setup.store.writeTimes(before: job.id, in: place.name, at: now))
            engine.lanes.adopt(pace, at: place)
            pause = pace.grant(writes, at: now).timeIntervalSince(now)
            // Less than what is lost when a time is kept.
            if pause < 0.005 { return }
        }
        engine.lanes.note(place, lateUntil: now.addingTimeInterval(pause))
        throw WaitsItsTurn(pause: .seconds(pause), isNewlyPlanned: !opening.isEmpty)
    }

    private func putOff(until time: Date, _ opening: [Step]) async throws {
        if !opening.isEmpty { try await setup.store.write(opening) }
        throw WaitsItsTurn(
            pause: .seconds(max(0, time.timeIntervalSince(engine.now))), isNewlyPlanned: !opening.isEmpty)
    }

    private func carryOut(
        _ read: ReadLetter, _ kept: KeptPlan, _ opening: [Step], _ profile: Profile, _ site: JiraSite
    ) async throws {
        var kept = kept
        var executor = Executor(
            engine: engine, setup: setup, job: job, decider: profile.id, connection: profile.connection, site: site,
            letter: read, seats: seats, unkept: opening)
        let outcomes: [Outcome]
        do {
            outcomes = try await executor.execute(kept.plan)
        } catch let refusal as WebClientError where !executor.hasActed {
            guard let other = try await reconsidered(kept, after: refusal, read, under: profile, on: site) else {
                throw refusal
            }
            kept = other
            let step = try kept.step(of: job.id)
            if kept.plan.disposition == .parked { return try await park(kept, [step]) }
            executor.unkept = [step]
            executor.wasRefused = true
            outcomes = try await executor.execute(kept.plan)
        }
        do {
            try await record(read, under: profile, kept, outcomes, with: executor.unkept)
        } catch {
            // What was done must be known, whatever keeps the record from being written.
            try await setup.store.write(executor.unkept)
            throw error
        }
    }

    private func profile(_ id: ConfigurationID) throws -> Profile {
        guard let profile = setup.profile(id) else {
            throw SetupMissing(description: "The profile \"\(id)\" that took this letter in is not there any more.")
        }
        return profile
    }

    /// The plan that is kept, or a new one with the steps to keep it; one that an admin's change can better is made anew.
    private func plan(
        for read: ReadLetter, under profile: Profile, on site: JiraSite
    ) async throws -> (KeptPlan, opening: [Step]) {
        if let kept = try await setup.store.keptPlan(of: job.id), kept.plan.disposition != .parked { return (kept, []) }
        let twin = try await setup.store.twin(of: job.id, identity: read.identity)
        var kept = try await decided(read, under: profile, on: site, twin: twin)
        if kept.plan.disposition == .parked, forgetsTypes(of: profile, kept.facts) {
            // What it waits for may be there since.
            kept = try await decided(read, under: profile, on: site, twin: twin)
        }
        return (kept, [identification(of: read, twin: twin), try kept.step(of: job.id)])
    }

    private func park(_ kept: KeptPlan, _ opening: [Step]) async throws {
        try await setup.store.write(opening)
        try await setup.store.park(job.id, said: kept.plan.findings.last?.text ?? "")
        try await engine.settleMailbox(of: job, as: .parked, setup.store)
    }

    private func record(
        _ read: ReadLetter, under profile: Profile, _ kept: KeptPlan, _ outcomes: [Outcome], with steps: [Step]
    ) async throws {
        var record = AuditRecord(of: job, read, kept, outcomes, finishedAt: engine.now)
        if !setup.store.keepsBody(of: job) { record.findings.append(.bodyNotKept) }
        try await engine.settleMailbox(of: job, as: kept.plan.disposition, setup.store)
        if let folder = engine.settings.rawCopies { await copyRaw(to: folder) }
        let entry = AuditEntry(
            job: job.id, line: .letter, kind: "letter", disposition: kept.plan.disposition.rawValue,
            finishedAt: record.finishedAt, record: try canonicalJSON(record), words: record.searchWords())
        try await setup.store.write(steps + memories(of: read, profile.connection, outcomes) + [.finished(entry)])
        engine.logDone(record, of: setup.store)
    }

    /// For who wants them beside the store; the letter goes on without. Not once there is another tenant, whose letters
    /// nobody else decides about.
    private func copyRaw(to folder: String) async {
        do {
            guard try await engine.store.tenants().count == 1 else { return }
            try await setup.store.writeRaw(job, below: folder)
        } catch {
            engine.logger.error("a raw copy cannot be written", metadata: ["error": "\(label(of: error))"])
        }
    }

    /// What later letters and events will ask about this one.
    private func memories(of read: ReadLetter, _ connection: ConfigurationID, _ outcomes: [Outcome]) -> [Step] {
        var steps: [Step] = []
        let issue = outcomes.lazy.compactMap(\.result.issue).first
        var ids = read.letter.messageID.map { [$0] } ?? []
        ids += outcomes.compactMap(\.result.messageID)
        if let issue, !ids.isEmpty {
            steps.append(.threaded(messageIDs: ids, issue: issue.rawValue, of: connection, at: engine.now))
        }
        for case .comment(_, let id) in outcomes.map(\.result) {
            guard let sender = read.letter.sender?.address else { continue }
            steps.append(.commented(comment: id.rawValue, of: connection, by: sender, at: engine.now))
        }
        return steps
    }
}

extension SetupMissing {
    static func connection(_ id: ConfigurationID) -> SetupMissing {
        SetupMissing(description: "The connection \"\(id)\" is not there or its site's address cannot be used.")
    }
}

extension ActionResult {
    /// The issue that was made or commented.
    var issue: IssueID? {
        switch self {
        case .issue(let id, _, _, _, _), .comment(let id, _): id
        case .attachment, .notAttached, .transitioned, .participantsAdded, .participantsRefused, .sent, .sentInPart: nil
        }
    }
}

extension AuditRecord {
    init(of job: Job, _ read: ReadLetter, _ kept: KeptPlan, _ outcomes: [Outcome], finishedAt: Date) {
        self.init(
            job: job.id, line: .letter, receivedAt: job.receivedAt, finishedAt: finishedAt, decider: kept.decider,
            disposition: kept.plan.disposition)
        refusal = kept.plan.refusal
        subject = read.letter.subject
        sender = read.letter.sender?.address ?? ""
        recipients = read.letter.recipients.map(\.address)
        reporter = kept.plan.reporter
        issue = kept.issueKey(after: outcomes)
        findings = kept.plan.findings
        for case .issue(_, _, let objection, let customer, let left) in outcomes.map(\.result) {
            reporter = objection == nil ? customer ?? reporter : nil
            if let objection { findings.append(.reporterRefused(objection)) }
            if let left { findings.append(.organizationsRefused(left)) }
        }
        self.outcomes = outcomes
        byteCount = job.size
    }
}

extension Plan {
    /// The issue that was there before and is written to.
    var existingIssue: IssueID? {
        actions.lazy.compactMap(\.existingIssue).first
    }

    fileprivate var writeCount: Int {
        actions.count { $0.existingIssue != nil }
    }

    fileprivate var reporter: AccountID? {
        for action in actions {
            switch action {
            case .createIssue(let issue): return issue.reporter
            case .createRequest(let request): return request.customer
            case .addComment, .attach, .transition, .addParticipants, .send: continue
            }
        }
        return nil
    }
}

extension Action {
    fileprivate var existingIssue: IssueID? {
        if case .existing(let issue)? = writtenIssue { issue } else { nil }
    }
}

extension KeptPlan {
    /// The key of the issue that was made, or of the one that was looked up.
    func issueKey(after outcomes: [Outcome]) -> IssueKey? {
        for case .issue(_, let key, _, _, _) in outcomes.map(\.result) { return key }
        guard let id = outcomes.lazy.compactMap(\.result.issue).first ?? facts.onlyIssue?.id else { return nil }
        return facts.issues.first { $0.id == id }?.key
    }
}

extension Facts {
    fileprivate var issues: [IssueFact] {
        known.compactMap { fact in
            guard case .issue(let issue) = fact.answer else { return nil }
            return issue
        }
    }

    fileprivate var onlyIssue: IssueFact? { issues.count == 1 ? issues[0] : nil }
}
