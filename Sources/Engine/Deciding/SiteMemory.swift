// SPDX-License-Identifier: Apache-2.0

import Foundation
import Jira
import Planning
import Synchronization

/// What was learnt of a Jira lately and seldom changes: what files it takes, which issue types a project has, how much text; and
/// what it answered, to foresee what letters are for.
///
/// What Jira objects to is forgotten by who hears of it (`LetterWork.reconsidered`), and asked anew.
final class SiteMemory: Sendable {
    struct Place: Hashable, Sendable {
        var tenant: TenantID
        var connection: ConfigurationID
    }

    private struct Project: Hashable {
        var place: Place
        var key: ProjectKey
    }

    private struct Asked: Hashable {
        var place: Place
        var question: Question
    }

    private struct Lessons {
        var attachments = Lately<Place, AttachmentSettings>(seconds: 600)
        var issueTypes = Lately<Project, [IssueType]>(seconds: 600)
        var serviceDesks = Lately<Project, ServiceDeskFact>(seconds: 600)
        var textLimits = Lately<Place, Int>(seconds: 86_400)
        var answers = Lately<Asked, Answer>(seconds: 600)
    }

    private let lessons = Mutex(Lessons())

    func attachmentSettings(
        at place: Place, now: Date, _ read: () async throws -> AttachmentSettings
    ) async throws -> AttachmentSettings {
        if let known = lessons.withLock({ $0.attachments.value(of: place, at: now) }) { return known }
        let settings = try await read()
        lessons.withLock { $0.attachments.learn(settings, of: place, at: now) }
        return settings
    }

    /// A project that is not there is not remembered: somebody may just be about to open it.
    func issueTypes(
        of key: ProjectKey, at place: Place, now: Date, _ read: () async throws -> [IssueType]?
    ) async throws -> [IssueType]? {
        let project = Project(place: place, key: key)
        if let known = lessons.withLock({ $0.issueTypes.value(of: project, at: now) }) { return known }
        let types = try await read()
        if let types { lessons.withLock { $0.issueTypes.learn(types, of: project, at: now) } }
        return types
    }

    /// Nor is a desk that is not there.
    func serviceDesk(
        of key: ProjectKey, at place: Place, now: Date, _ read: () async throws -> ServiceDeskFact?
    ) async throws -> ServiceDeskFact? {
        let project = Project(place: place, key: key)
        if let known = lessons.withLock({ $0.serviceDesks.value(of: project, at: now) }) { return known }
        let desk = try await read()
        if let desk { lessons.withLock { $0.serviceDesks.learn(desk, of: project, at: now) } }
        return desk
    }

    /// The next one who wants to know asks Jira, unless it was asked for the decision that began at that time.
    ///
    /// - Returns: Whether Jira is asked.
    func forgetIssueTypes(of key: ProjectKey, at place: Place, decided: Date) -> Bool {
        forget(\.issueTypes, of: Project(place: place, key: key), decided: decided)
    }

    /// As with the issue types.
    func forgetServiceDesk(of key: ProjectKey, at place: Place, decided: Date) -> Bool {
        forget(\.serviceDesks, of: Project(place: place, key: key), decided: decided)
    }

    private func forget<Value>(
        _ kind: WritableKeyPath<Lessons, Lately<Project, Value>>, of project: Project, decided: Date
    ) -> Bool {
        lessons.withLock { lessons in
            guard lessons[keyPath: kind].learnt(project) != decided else { return false }
            lessons[keyPath: kind].forget(project)
            return true
        }
    }

    /// What Jira answered lately: no decision is made by it, but it tells what one will be about.
    func answer(to question: Question, at place: Place, now: Date) -> Answer? {
        lessons.withLock { $0.answers.value(of: Asked(place: place, question: question), at: now) }
    }

    func learn(_ answer: Answer, to question: Question, at place: Place, now: Date) {
        lessons.withLock { $0.answers.learn(answer, of: Asked(place: place, question: question), at: now) }
    }

    /// How much text a site takes, where it has said that it is less than usual.
    func textLimit(at place: Place, now: Date) -> Int? {
        lessons.withLock { $0.textLimits.value(of: place, at: now) }
    }

    func learn(textLimit: Int, at place: Place, now: Date) {
        lessons.withLock { $0.textLimits.learn(textLimit, of: place, at: now) }
    }
}

/// Values that count for a while; a thousand of them at most, of which the oldest makes room.
struct Lately<Subject: Hashable & Sendable, Value: Sendable>: Sendable {
    private let life: Double
    private var known: [Subject: (value: Value, at: Date)] = [:]
    private var cleared = Date.distantPast

    static var most: Int { 1000 }

    init(seconds: Double) {
        life = seconds
    }

    func value(of subject: Subject, at now: Date) -> Value? {
        known[subject].flatMap { abs(now.timeIntervalSince($0.at)) < life ? $0.value : nil }
    }

    func learnt(_ subject: Subject) -> Date? { known[subject]?.at }

    mutating func learn(_ value: Value, of subject: Subject, at now: Date) {
        clear(at: now)
        if known[subject] == nil, known.count >= Self.most, let oldest = known.min(by: { $0.value.at < $1.value.at }) {
            known[oldest.key] = nil
        }
        known[subject] = (value, now)
    }

    /// Lets go of what counts no more, now and then.
    private mutating func clear(at now: Date) {
        guard abs(now.timeIntervalSince(cleared)) > life / 10 else { return }
        known = known.filter { abs(now.timeIntervalSince($0.value.at)) < life }
        cleared = now
    }

    mutating func forget(_ subject: Subject) {
        known[subject] = nil
    }
}
