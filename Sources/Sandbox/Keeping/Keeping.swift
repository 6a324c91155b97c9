// SPDX-License-Identifier: Apache-2.0

import Foundation
import Jira
import NIOCore

/// What a sandbox keeps beside its issues, as it is at one moment.
struct Surroundings: Sendable {
    /// What the file is of.
    struct Site: Codable, Equatable, Sendable {
        var deployment: Deployment
    }

    /// What was set by who rehearses.
    struct Rules: Codable, Equatable, Sendable {
        var denied: Set<String>
        var deniedInProjects: [Int: Set<String>]
        var screens: Scheme<ScreenSet>
        var workflows: Scheme<String>
        var textLimit: Int
    }

    var site: Site?
    var rules: Rules?
    var fields: [CustomField] = []
    var sequence = Sequences()
    var people: [Person] = []
    var projects: [Project] = []
    var catalogue: [CatalogueEntry] = []
    var links: [IssueLink] = []
    var webhooks: [Webhook] = []
    var desks = ServiceDeskState()
    var oauth = OAuthState()
}

/// The file of a sandbox, and what of the state is not in it yet.
struct Keeping: Sendable {
    let file: StateFile
    /// As it is in the file.
    fileprivate var kept = Surroundings()
    /// Issues that were changed, each as it is in the file.
    fileprivate var changed: [Int: Issue?] = [:]

    init(file: StateFile) {
        self.file = file
    }

    /// Takes note of an issue that is about to change.
    ///
    /// - Parameter before: Nothing where it is new.
    mutating func note(_ before: Issue?, id: Int) {
        if changed[id] == nil { changed[id] = .some(before) }
    }
}

/// A comment with what it belongs to.
private struct KeptComment: Codable {
    let issue: Int
    let comment: Comment
}

extension SandboxJira {
    /// Does something whole: first what it changed is kept, then webhooks and the caller are told.
    func whole<Value: Sendable>(_ deed: @Sendable (isolated SandboxJira) throws -> Value) throws -> Value {
        let value = try deed(self)
        try keep()
        for delivery in outbox { announcer.announce(delivery) }
        outbox = []
        return value
    }

    private func keep() throws {
        guard var keeping else { return }
        let now = surroundings
        var comparison = try differences(from: keeping.kept, to: now)
        for (id, before) in keeping.changed.sorted(by: { $0.key < $1.key }) {
            try compare(id, before, issues[id], in: &comparison)
        }
        do {
            try keeping.file.write(comparison.rows)
        } catch {
            throw JiraRefusal(status: 500, messages: ["The sandbox cannot write to its file: \(error)"])
        }
        keeping.kept = now
        keeping.changed = [:]
        self.keeping = keeping
    }

    private var surroundings: Surroundings {
        Surroundings(
            site: Surroundings.Site(deployment: settings.deployment),
            rules: Surroundings.Rules(
                denied: denied, deniedInProjects: deniedInProjects, screens: screens, workflows: workflows,
                textLimit: textLimit),
            fields: customFields, sequence: sequence, people: people, projects: projects, catalogue: catalogue,
            links: links, webhooks: webhooks,
            desks: deskState, oauth: oauth)
    }

    private func differences(from kept: Surroundings, to now: Surroundings) throws -> Comparison {
        var rows = Comparison()
        try rows.compare(.site, kept.site, now.site)
        try rows.compare(.rules, kept.rules, now.rules)
        try rows.compare(.field, kept.fields, now.fields) { $0.id }
        try rows.compare(.sequences, kept.sequence, now.sequence)
        try rows.compare(.person, kept.people, now.people) { $0.accountID }
        try rows.compare(.project, kept.projects, now.projects) { String($0.id) }
        try rows.compare(.entry, kept.catalogue, now.catalogue) { String($0.id) }
        try rows.compare(.link, kept.links, now.links) { String($0.id) }
        try rows.compare(.webhook, kept.webhooks, now.webhooks) { String($0.id) }
        try rows.compare(.organization, kept.desks.organizations, now.desks.organizations) { String($0.id) }
        try rows.compare(.desk, kept.desks.circles, now.desks.circles)
        try rows.compare(.request, kept.desks.requests, now.desks.requests)
        try rows.compare(.oauth, kept.oauth.issuer, now.oauth.issuer)
        try rows.compare(.code, kept.oauth.codes, now.oauth.codes)
        try rows.compare(.refresh, kept.oauth.refreshes, now.oauth.refreshes)
        try rows.compare(.token, kept.oauth.accesses, now.oauth.accesses)
        return rows
    }

    /// Comments and files are compared by themselves, so that one more costs the same however many there are.
    private func compare(_ id: Int, _ before: Issue?, _ now: Issue?, in rows: inout Comparison) throws {
        if let now { try rows.put(.issue, String(id), now) } else { rows.remove(.issue, String(id)) }
        var comments = Dictionary((before?.comments ?? []).map { ($0.id, $0.revision) }) { $1 }
        for comment in now?.comments ?? [] where comments.removeValue(forKey: comment.id) != comment.revision {
            try rows.put(.comment, String(comment.id), KeptComment(issue: id, comment: comment))
        }
        for gone in comments.keys.sorted() { rows.remove(.comment, String(gone)) }
        var files = Set((before?.attachments ?? []).map(\.id))
        for file in now?.attachments ?? [] where files.remove(file.id) == nil {
            rows.put(.file, String(file.id), bytes: Data(file.bytes.readableBytesView))
        }
        for gone in files.sorted() { rows.remove(.file, String(gone)) }
    }

    /// Takes up what a file holds, and keeps all changes in it from now on.
    func open(_ file: StateFile) throws {
        if let site = try file.one(.site, Surroundings.Site.self) {
            guard site.deployment == settings.deployment else {
                let name = site.deployment == .cloud ? "Jira Cloud" : "Data Center"
                throw StateFileError(description: "The file holds the state of a stand-in for \(name).")
            }
            try restore(from: file)
        }
        var keeping = Keeping(file: file)
        // Of a new file this is nothing, so that all is written.
        if try !file.rows(of: .site).isEmpty { keeping.kept = surroundings }
        self.keeping = keeping
        try takeUpSettings()
        try keep()
    }

    /// What was asked for at this start counts beside what was kept. A project stays of its kind: its issues have the statuses
    /// of that. One that was deleted comes anew: with an id that none had, and no key of an issue that was moved out of it.
    private func takeUpSettings() throws {
        people[0].emailAddress = settings.apiUser
        // A file of a sandbox that did not count them.
        for project in projects { sequence.pass(project.id, of: .project) }
        for wanted in settings.projects {
            if let kept = project(wanted.key) {
                guard kept.isServiceProject || !wanted.isServiceProject else {
                    throw StateFileError(description: "In the file \(kept.key) is no service project, and stays so.")
                }
                continue
            }
            var project = Project(wanted, id: sequence.next(.project))
            project.lastNumber = issueIDs.keys.compactMap { number(of: $0, in: wanted.key) }.max() ?? 0
            projects.append(project)
        }
    }

    private func number(of key: String, in project: String) -> Int? {
        key.hasPrefix("\(project)-") ? Int(key.dropFirst(project.count + 1)) : nil
    }

    private func restore(from file: StateFile) throws {
        if let rules = try file.one(.rules, Surroundings.Rules.self) {
            (denied, deniedInProjects, textLimit) = (rules.denied, rules.deniedInProjects, rules.textLimit)
            (screens, workflows) = (rules.screens, rules.workflows)
        }
        customFields = try file.all(.field)
        sequence = try file.one(.sequences) ?? Sequences()
        people = try file.all(.person)
        projects = try file.all(.project)
        catalogue = try file.all(.entry)
        links = try file.all(.link)
        webhooks = try file.all(.webhook)
        deskState.organizations = try file.all(.organization)
        deskState.circles = try file.one(.desk) ?? ServiceDeskState.Circles()
        deskState.requests = try file.table(.request)
        oauth.issuer = try file.one(.oauth) ?? OAuthState.Issuer()
        oauth.codes = try file.table(.code)
        oauth.refreshes = try file.table(.refresh)
        oauth.accesses = try file.table(.token)
        try restoreIssues(from: file)
    }

    private func restoreIssues(from file: StateFile) throws {
        let kept: [KeptComment] = try file.all(.comment)
        let comments = Dictionary(grouping: kept, by: \.issue)
        let bytes = Dictionary(try file.rows(of: .file).map { ($0.id, $0.value) }) { $1 }
        var issues: [Issue] = try file.all(.issue)
        for index in issues.indices {
            issues[index].comments = (comments[issues[index].id] ?? []).map(\.comment)
            for place in issues[index].attachments.indices {
                let id = String(issues[index].attachments[place].id)
                issues[index].attachments[place].bytes = ByteBuffer(bytes: bytes[id] ?? Data())
            }
        }
        restore(issues)
    }
}
