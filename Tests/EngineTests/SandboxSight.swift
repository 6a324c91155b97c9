// SPDX-License-Identifier: Apache-2.0

import Foundation
import MIME
import Markup
import NIOCore

@testable import Sandbox

/// An issue as it stands in the stand-in Jira.
struct SeenIssue: Equatable, Sendable {
    var id: String
    var key: String
    var summary: String
    var status: String
    var reporter: String
    var mark: JSONValue?
    var comments: [SeenComment] = []
    /// `name: text` of each.
    var files: [String] = []
}

struct SeenComment: Equatable, Sendable {
    var id: String
    var mark: JSONValue?
}

extension RunningSandbox {
    /// The same under another address, by which it calls itself from now on.
    func reached(at address: URL) async -> RunningSandbox {
        await jira.listen(at: address.absoluteString)
        return RunningSandbox(
            jiraURL: address, mailbox: mailbox, catcher: catcher, jira: jira, group: group, serving: serving,
            sending: sending, file: file)
    }

    /// `POST /rest/api/3/issue 201`, in their order.
    func requests() async -> [String] {
        await jira.log.entries.map { "\($0.method) \($0.path) \($0.status)" }
    }

    /// Those that change something.
    func writes() async -> [String] {
        await requests().filter { !$0.hasPrefix("GET ") && !$0.contains("/search/jql") }
    }

    func issues() async -> [SeenIssue] {
        let people = await jira.people
        return await jira.issuesInOrder.map { issue in
            var seen = SeenIssue(
                id: String(issue.id), key: issue.key, summary: issue.summary, status: issue.status.name,
                reporter: people.first { $0.accountID == issue.reporter }?.displayName ?? "",
                mark: issue.properties["martlet.mail"])
            seen.comments = issue.comments.map {
                SeenComment(id: String($0.id), mark: $0.properties["martlet.mail"])
            }
            seen.files = issue.attachments.map { "\($0.filename): \(String(buffer: $0.bytes))" }
            return seen
        }
    }

    /// Lets the next requests under a path fail; see `Fault.Kind` for the kinds.
    func fail(
        _ kind: String, _ method: String? = nil, _ path: String = "/rest/", times: Int = 1, retryAfter: Int? = nil,
        delay: Duration = .zero
    ) async {
        let fault = Fault(
            kind: Fault.Kind(rawValue: kind)!, method: method, path: path, count: times, retryAfter: retryAfter,
            delay: delay)
        await jira.add(fault)
    }

    func mend() async {
        await jira.mend()
    }

    /// The site takes no longer texts than this.
    func take(_ characters: Int) async {
        await jira.take(characters)
    }

    /// New issues must have these fields.
    func require(_ fields: String...) async {
        await jira.require(Set(fields))
    }

    func remove(project key: String) async {
        await jira.remove(project: key)
    }

    func hide(project key: String) async {
        await jira.hide(project: key)
    }

    func show(project key: String) async {
        await jira.show(project: key)
    }

    /// An issue that somebody made in Jira.
    func open(
        _ summary: String, _ text: String? = nil, as name: String = "Ada Ringer", in project: String = "HELP"
    ) async throws -> SeenIssue {
        try await jira.whole { try $0.open(summary, text, as: name, in: project) }
        return await issues().last!
    }

    /// Somebody changes something of an issue in Jira.
    func edit(_ key: String) async throws {
        try await jira.whole { try $0.edit(key) }
    }

    /// Somebody moves an issue; its old key leads to it as before.
    func move(_ key: String, to project: String, as newKey: String) async throws {
        try await jira.whole { try $0.move(key, to: project, as: newKey) }
    }

    /// Somebody deletes an issue.
    func delete(_ key: String) async {
        await jira.delete(key)
    }

    func watch(_ key: String, _ names: String...) async {
        await jira.watch(key, names)
    }

    /// The id of a comment that somebody wrote in Jira.
    func comment(_ words: String, on key: String, as name: String) async throws -> String {
        try await jira.whole { try $0.comment(words, on: key, as: name) }
    }

    /// A file that somebody attached in Jira.
    func attach(_ words: String, as file: String, to key: String, by name: String) async {
        await jira.attach(words, as: file, to: key, by: name)
    }

    /// The names of those who take part in a request.
    func participants(_ key: String) async -> [String] {
        let people = await jira.people
        return await jira.participants(key).compactMap { id in people.first { $0.accountID == id }?.displayName }
    }

    func found(organizations names: String...) async {
        await jira.found(organizations: names)
    }

    func accountID(_ name: String) async -> String {
        await jira.people.first { $0.displayName == name }!.accountID
    }

    /// Recipients and subject of each mail, oldest first.
    func told() async -> [String] {
        await catcher.mails.map { "\($0.recipients.joined(separator: ", ")): \($0.message.subject ?? "")" }
    }

    func texts() async -> [String] {
        await catcher.mails.map(\.message.text)
    }

    func messageIDs() async -> [String] {
        await catcher.mails.map { $0.message.messageID?.rawValue ?? "" }
    }
}

extension SandboxJira {
    /// Takes permissions from everybody.
    func deny(_ names: [String]) {
        denied = Set(names)
    }

    fileprivate func add(_ fault: Fault) {
        faults.append(fault)
    }

    fileprivate func mend() {
        faults = []
    }

    fileprivate func take(_ characters: Int) {
        textLimit = characters
    }

    fileprivate func require(_ fields: Set<String>) {
        screens.set(ScreenSet(required: Array(fields)), project: nil, type: nil)
    }

    fileprivate func hide(project key: String) {
        if let project = project(key) { deniedInProjects[project.id] = ["BROWSE_PROJECTS"] }
    }

    fileprivate func show(project key: String) {
        if let project = project(key) { deniedInProjects[project.id] = nil }
    }

    fileprivate func remove(project key: String) {
        if let project = project(key) { delete(project) }
    }

    private func named(_ name: String) -> Person { people.first { $0.displayName == name }! }

    fileprivate func open(_ summary: String, _ text: String?, as name: String, in project: String) throws {
        var fields: JSONValue = [
            "project": ["key": .string(project)], "issuetype": ["name": "Task"], "summary": .string(summary),
        ]
        if let text { fields["description"] = .string(text) }
        _ = try create(try IssueFields(fields, plainDialect), by: named(name))
    }

    fileprivate func participants(_ key: String) -> [String] {
        issueIDs[key].flatMap { deskState.requests[String($0)] }?.participants ?? []
    }

    fileprivate func found(organizations names: [String]) {
        deskState.organizations = names.map {
            ServiceDeskState.Organization(id: sequence.next(.organization), name: $0)
        }
    }

    fileprivate func edit(_ key: String) throws {
        keep(issues[issueIDs[key]!]!)
    }

    fileprivate func delete(_ key: String) {
        forget(issues[issueIDs[key]!]!)
    }

    fileprivate func watch(_ key: String, _ names: [String]) {
        var issue = issues[issueIDs[key]!]!
        issue.watchers = names.map { named($0).accountID }
        put(issue)
    }

    fileprivate func comment(_ words: String, on key: String, as name: String) throws -> String {
        String(try comment(RichText(wiki: words), on: issues[issueIDs[key]!]!, by: named(name)).id)
    }

    fileprivate func attach(_ words: String, as file: String, to key: String, by name: String) {
        var issue = issues[issueIDs[key]!]!
        issue.attachments.append(
            Attachment(
                id: sequence.next(.attachment), filename: file, type: "text/plain", author: named(name).accountID,
                created: now(), bytes: ByteBuffer(string: words)))
        put(issue)
    }

    /// What a move in Jira does: another project and key, and the old key leads to the issue as before.
    fileprivate func move(_ key: String, to project: String, as newKey: String) throws {
        let issue = issues[issueIDs[key]!]!
        guard var fields = try JSONSerialization.jsonObject(with: JSONEncoder().encode(issue)) as? [String: Any] else {
            preconditionFailure("an issue is an object")
        }
        let index = projects.firstIndex { $0.key == project }!
        (fields["key"], fields["project"]) = (newKey, projects[index].id)
        let moved = try JSONDecoder().decode(Issue.self, from: JSONSerialization.data(withJSONObject: fields))
        projects[index].lastNumber = max(projects[index].lastNumber, Int(newKey.split(separator: "-")[1])!)
        issueIDs[newKey] = issue.id
        put(moved)
    }
}
