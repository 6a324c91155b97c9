// SPDX-License-Identifier: Apache-2.0

import Foundation
import Jira
import Planning
import Store
import WebClient

/// Answers what a planner asks, by reads only: of Jira, of own tables, of the vault's codes.
struct FactFinder: Sendable {
    let setup: TenantSetup
    let connection: ConfigurationID
    let site: JiraSite
    let job: JobID
    /// Known since the letter was identified.
    var earlierCopy: JobID?
    /// Where what seldom changes is looked up first; nil for who wants to see it as it is.
    var memory: SiteMemory?

    private var place: SiteMemory.Place { SiteMemory.Place(tenant: setup.id, connection: connection) }

    func answer(_ question: Question, at now: Date) async throws -> Answer {
        let answer = try await asked(question, at: now)
        if question.isOfJira { memory?.learn(answer, to: question, at: place, now: now) }
        return answer
    }

    /// The answer as far as it is known without asking Jira. Who was not looked for lately is taken for nobody that Jira knows.
    private func foreseen(_ question: Question, at now: Date) async throws -> Answer? {
        if !question.isOfJira { return try await asked(question, at: now) }
        if let answer = memory?.answer(to: question, at: place, now: now) { return answer }
        if case .account = question { return .account(nil) }
        return nil
    }

    private func asked(_ question: Question, at now: Date) async throws -> Answer {
        switch question {
        case .issue(let key): .issue(try await issue(.key(key)))
        case .issueByID(let id): .issue(try await issue(.id(id)))
        case .thread(let ids):
            .thread(try await setup.store.issue(forAnyOf: ids, of: connection).flatMap(IssueID.init))
        case .ownName(let name): .ownName(setup.names.meaning(of: name, in: connection))
        case .earlierCopy: .earlierCopy(earlierCopy)
        case .account(let address): .account(try await site.account(withAddress: address))
        case .people(let ids): .people(try await people(ids))
        case .sentWithinHour(let address):
            .count(
                try await setup.store.letterCount(from: address, since: now.addingTimeInterval(-3600), besides: job))
        case .attachmentSettings: .attachmentSettings(try await attachmentSettings(at: now))
        case .issueTypes(let project): .issueTypes(try await issueTypes(project, at: now))
        case .serviceDesk(let project): .serviceDesk(try await serviceDesk(project, at: now))
        case .organizations: .organizations(try await site.all { .organizations(start: $0) })
        case .participants(let issue): .people(try await participants(issue))
        case .transitions(let issue): .transitions(try await site.get(.transitions(of: .id(issue))))
        case .watchers(let issue): .people(try await site.get(.watchers(of: .id(issue))).accounts)
        case .threadRoot(let issue): .name(setup.names.threadRoot(of: issue, in: connection))
        case .mailSender(let comment):
            .address(try await setup.store.sender(ofComment: comment.rawValue, of: connection))
        }
    }

    private func issue(_ reference: IssueReference) async throws -> IssueFact? {
        guard let issue = try await found({ try await site.get(.issue(reference)) }), let project = issue.project else {
            return nil
        }
        return IssueFact(
            id: issue.id, key: issue.key, project: project.key, kind: project.kind == .unknown ? nil : project.kind,
            summary: issue.summary ?? "", status: issue.status?.name ?? "", reporter: issue.reporter?.id,
            assignee: issue.assignee?.id)
    }

    private func people(_ ids: [AccountID]) async throws -> [Jira.Account] {
        var people: [Jira.Account] = []
        for id in ids {
            if let person = try await found({ try await site.get(.account(id)) }) { people.append(person) }
        }
        return people
    }

    private func attachmentSettings(at now: Date) async throws -> AttachmentSettings {
        guard let memory else { return try await site.get(.attachmentSettings) }
        return try await memory.attachmentSettings(at: place, now: now) { try await site.get(.attachmentSettings) }
    }

    private func issueTypes(_ project: ProjectKey, at now: Date) async throws -> [IssueType]? {
        func read() async throws -> [IssueType]? { try await found { try await site.issueTypes(in: project) } }
        guard let memory else { return try await read() }
        return try await memory.issueTypes(of: project, at: place, now: now, read)
    }

    private func serviceDesk(_ project: ProjectKey, at now: Date) async throws -> ServiceDeskFact? {
        func read() async throws -> ServiceDeskFact? {
            try await found { try await site.serviceDesk(of: project) } ?? nil
        }
        guard let memory else { return try await read() }
        return try await memory.serviceDesk(of: project, at: place, now: now, read)
    }

    /// An issue that is no request has none.
    private func participants(_ issue: IssueID) async throws -> [Jira.Account] {
        try await found { try await site.all { .participants(of: .id(issue), start: $0) } } ?? []
    }

    /// What will probably be decided; nil where only Jira knows.
    func foreseeing(at now: Date, _ decide: (Facts) throws(Inquiry) -> Plan) async throws -> Plan? {
        do {
            return try await settled(
                start(at: now),
                asking: { question in
                    guard let answer = try await foreseen(question, at: now) else { throw OnlyJiraKnows() }
                    return answer
                }, decide
            ).plan
        } catch is OnlyJiraKnows {
            return nil
        }
    }

    /// What is known before anything is asked.
    fileprivate func start(at now: Date) -> Facts {
        var facts = Facts(now: now, deployment: site.deployment)
        facts.textLimit = memory?.textLimit(at: place, now: now)
        return facts
    }
}

extension Question {
    /// Whether Jira is asked, or our own tables and keys.
    fileprivate var isOfJira: Bool {
        switch self {
        case .issue, .issueByID, .account, .people, .issueTypes, .serviceDesk, .organizations, .participants,
            .attachmentSettings, .transitions, .watchers:
            true
        case .thread, .ownName, .earlierCopy, .sentWithinHour, .threadRoot, .mailSender: false
        }
    }
}

extension JiraSite {
    /// Jira finds by the beginning of names too: only the very address counts.
    func account(withAddress address: String) async throws -> Jira.Account? {
        let wanted = address.lowercased()
        return try await get(.accounts(matching: address)).first { $0.emailAddress?.lowercased() == wanted }
    }

    /// Those that an issue can have that is no part of another.
    func issueTypes(in project: ProjectKey) async throws -> [IssueType] {
        try await all { .issueTypes(of: project, startAt: $0) }.filter { !$0.isSubtask }
    }

    /// Nil where the project is no service project.
    func serviceDesk(of project: ProjectKey) async throws -> ServiceDeskFact? {
        guard let desk = try await all({ .serviceDesks(start: $0) }).first(where: { $0.project == project }) else {
            return nil
        }
        return ServiceDeskFact(
            id: desk.id, requestTypes: try await all { .requestTypes(of: desk.id, start: $0) })
    }
}

/// What Jira does not have, or does not show, is nil.
func found<Value>(_ read: () async throws -> Value) async throws -> Value? {
    do {
        return try await read()
    } catch let error as WebClientError where error.code == .notFound {
        return nil
    }
}

/// Decides, asks, and decides again, until nothing is left to ask.
///
/// - Parameter known: What need not be asked.
func deciding(
    at now: Date, with finder: FactFinder, from known: Facts? = nil, _ decide: (Facts) throws(Inquiry) -> Plan
) async throws -> (plan: Plan, facts: Facts) {
    try await settled(known ?? finder.start(at: now), asking: { try await finder.answer($0, at: now) }, decide)
}

private func settled(
    _ known: Facts, asking ask: (Question) async throws -> Answer, _ decide: (Facts) throws(Inquiry) -> Plan
) async throws -> (plan: Plan, facts: Facts) {
    var facts = known
    while true {
        do {
            return (try decide(facts), facts)
        } catch {
            for question in error.questions { facts.learn(try await ask(question), to: question) }
        }
    }
}

private struct OnlyJiraKnows: Error {}
