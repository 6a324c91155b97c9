// SPDX-License-Identifier: Apache-2.0

import Engine
import Foundation
import Hummingbird
import MIME
import Planning
import Store

/// The list of letters, or of events, newest first.
struct WorkList: Sendable {
    struct Row: Sendable {
        let link: String
        let subject: String
        let sender: String
        let outcome: String
        let tone: String
        let time: String
        let why: String?
        let issue: String?
        let issueLink: String?
    }

    struct Choice: Sendable {
        let name: String
        let words: String
        let isChosen: Bool
    }

    let address: String
    let noun: String
    let isLetters: Bool
    let choices: [Choice]
    let sender: String
    let words: String
    /// What is to be said of a tenant that has ended.
    let ends: String?
    /// What is to be said of work that waits for long.
    let waits: String?
    /// What is not finished, on the first page of everything.
    let unfinished: [Row]
    let hasUnfinished: Bool
    let rows: [Row]
    let hasRows: Bool
    let next: String?
}

extension WorkList {
    static func page(_ line: Line, _ ask: Ask, _ visit: AdminVisit) async throws -> Response {
        let filter = WorkFilter(ask.query)
        let route = Route.list(of: line)
        let reader = WorkReader(line: line, visit: visit)
        let unfinished = filter.isPlain ? try await reader.unfinished() : []
        let (rows, start) = try await reader.rows(filter)
        let waits = filter.isPlain ? try await WaitingWords.of(visit.store, line) : nil
        let list = WorkList(
            address: route.path, noun: line == .letter ? "letters" : "events", isLetters: line == .letter,
            choices: WorkFilter.Outcome.choices(of: line).map {
                Choice(name: $0.name, words: $0.words, isChosen: $0 == filter.outcome)
            }, sender: filter.sender, words: filter.words, ends: visit.setup.endsAt.map(endWords),
            waits: waits, unfinished: unfinished,
            hasUnfinished: !unfinished.isEmpty, rows: rows, hasRows: !rows.isEmpty,
            next: start.map { filter.address(of: route, from: $0) })
        return render("work-list", list, title: line == .letter ? "Letters" : "Events", for: visit.visitor)
    }
}

private func endWords(_ end: Date) -> String {
    "This tenant has ended: nothing is taken in, and nothing is sent. What is kept can be read and exported until "
        + "\(words(end)); then all of it is destroyed."
}

/// Reads rows of the list out of the store.
private struct WorkReader: Sendable {
    let line: Line
    let visit: AdminVisit

    /// Newest first; more are found by their outcome.
    func unfinished() async throws -> [WorkList.Row] {
        let states: Set<JobState> = [.received, .planned, .executing, .parked, .failed]
        let jobs = try await visit.store.jobs(
            matching: JobFilter(line: line, states: states, limit: WorkFilter.pageLength))
        return await rows(jobs)
    }

    func rows(_ filter: WorkFilter) async throws -> (rows: [WorkList.Row], next: WorkFilter.Start?) {
        guard let states = filter.states else { return try await ended(filter) }
        let before: JobID? = if case .job(let job) = filter.start { job } else { nil }
        let found = try await visit.store.jobs(
            matching: JobFilter(line: line, states: states, before: before, limit: WorkFilter.pageLength + 1))
        let shown = found.prefix(WorkFilter.pageLength)
        let next = found.count > shown.count ? shown.last.map { WorkFilter.Start.job($0.id) } : nil
        return (await rows(Array(shown)), next)
    }

    private func ended(_ filter: WorkFilter) async throws -> (rows: [WorkList.Row], next: WorkFilter.Start?) {
        let before: AuditPosition? = if case .audit(let place) = filter.start { place } else { nil }
        let found = try await visit.store.audit(
            matching: AuditFilter(
                line: line, disposition: filter.disposition?.rawValue,
                sender: filter.sender.isEmpty ? nil : filter.sender,
                words: filter.words.isEmpty ? nil : filter.words, before: before,
                limit: WorkFilter.pageLength + 1))
        let shown = found.prefix(WorkFilter.pageLength)
        let next = found.count > shown.count ? shown.last.map { WorkFilter.Start.audit($0.position) } : nil
        return (try shown.map(row), next)
    }

    private func row(_ entry: AuditEntry) throws -> WorkList.Row {
        let record = try JSONDecoder().decode(AuditRecord.self, from: entry.record)
        return WorkList.Row(
            link: Route.one(of: line).of(entry.job),
            subject: record.subject.isEmpty ? "(no subject)" : record.subject,
            sender: line == .letter ? record.sender : record.recipients.joined(separator: ", "),
            outcome: record.disposition.word, tone: record.disposition.tone, time: words(record.receivedAt),
            why: record.refusal?.title, issue: record.issue.map { "\($0)" },
            issueLink: visit.setup.link(to: record))
    }

    private func rows(_ jobs: [Job]) async -> [WorkList.Row] {
        var rows: [WorkList.Row] = []
        for job in jobs { rows.append(await row(job)) }
        return rows
    }

    /// A letter that cannot be read is listed all the same.
    private func row(_ job: Job) async -> WorkList.Row {
        let head = try? await visit.store.head(of: job)
        let said = try? await visit.store.said(of: job.id)
        return WorkList.Row(
            link: Route.one(of: line).of(job.id), subject: head?.subject ?? "(no subject)",
            sender: head?.sender ?? job.source, outcome: job.state.word, tone: job.state.tone,
            time: words(job.receivedAt), why: said ?? job.state.reason, issue: nil, issueLink: nil)
    }
}

extension Route {
    static func list(of line: Line) -> Route {
        switch line {
        case .letter: .letters
        case .event: .events
        }
    }

    static func one(of line: Line) -> Route {
        switch line {
        case .letter: .letter
        case .event: .event
        }
    }
}
