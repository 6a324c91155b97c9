// SPDX-License-Identifier: Apache-2.0

import Foundation
import Jira
import MIME
import Markup
import Planning
import Store
import WebClient

extension Executor {
    /// What an action did that was begun and never marked ended; nil when Jira shows no trace of it.
    func reconcile(_ action: Action, _ mark: Mark, after outcomes: [Outcome]) async throws -> ActionResult? {
        switch action {
        case .createIssue(let issue): return try await find(issue, mark)
        case .createRequest(let request): return try await find(request, mark)
        case .addComment(let comment): return try await findComment(on: comment.issue, mark.action)
        case .attach(let file):
            return try await findAttachment(file, on: try self.issue(of: file.issue, outcomes), mark, outcomes)
        case .transition(let issue, let transition): return try await findTransition(transition, of: issue)
        case .addParticipants:
            // Who takes part already goes on taking part.
            return nil
        case .send:
            // Nobody can say whether it left. It goes again under the same Message-ID, by which mailboxes know a copy.
            return nil
        }
    }

    /// An issue that stands where the transition leads, or no longer offers it, was moved.
    private func findTransition(_ transition: Transition, of issue: IssueID) async throws -> ActionResult? {
        if let goal = transition.status {
            let found = try await site.get(.issue(.id(issue), fields: ["status"]))
            if found.status?.name == goal.name { return .transitioned }
        }
        let offered = try await site.get(.transitions(of: .id(issue)))
        return offered.contains { $0.id == transition.id } ? nil : .transitioned
    }

    private func find(_ wanted: NewIssue, _ mark: Mark) async throws -> ActionResult? {
        let found = try await firstCreated(in: wanted.project, since: mark) { issue in
            action(of: try await mailProperty(of: issue)) == "\(mark.action)"
        }
        return found.map { ActionResult($0, reporter: wanted.reporter) }
    }

    /// A request carries our property a moment after it is there. One that carries none and has the very words of this
    /// letter was made by a process that died in between: it becomes this letter's.
    private func find(_ wanted: NewRequest, _ mark: Mark) async throws -> ActionResult? {
        let found = try await firstCreated(in: wanted.project, since: mark) { issue in
            guard let property = try await mailProperty(of: issue) else { return try await isLike(wanted, issue) }
            return action(of: property) == "\(mark.action)"
        }
        guard let found else { return nil }
        if try await mailProperty(of: found) == nil {
            try await self.mark(found.id, mark.action, wanted.messageIDs)
        }
        guard let newCustomer = wanted.newCustomer else { return ActionResult(found, reporter: wanted.customer) }
        let account = try await site.account(withAddress: newCustomer.address)?.id
        if let account, account == found.reporter?.id { return .issue(found.id, found.key, newCustomer: account) }
        return .issue(found.id, found.key, reporterRefused: "")
    }

    private func isLike(_ wanted: NewRequest, _ issue: Jira.Issue) async throws -> Bool {
        guard issue.summary == wanted.summary,
            let made = try await found({ try await site.get(.customerRequest(.id(issue.id))) })
        else { return false }
        return (made.description ?? "").words == wanted.description.words
    }

    /// Looks through what was created since, newest first. Jira's index lags: before it can have settled, nobody knows.
    private func firstCreated(
        in project: ProjectKey, since mark: Mark, where isWanted: (Jira.Issue) async throws -> Bool
    ) async throws -> Jira.Issue? {
        let settled = mark.triedAt.addingTimeInterval(engine.settings.settling.seconds)
        let wait = settled.timeIntervalSince(engine.now)
        if wait > 0 { throw NotSettled(wait: .seconds(wait)) }
        let minutes = Int(engine.now.timeIntervalSince(mark.begunAt) / 60) + 5
        func created(_ pageToken: String?) -> Read<SearchResult> {
            .search(
                "project = \"\(project)\" AND created >= -\(minutes)m ORDER BY created DESC",
                fields: ["reporter", "summary"], properties: [.martletMail], limit: 100, pageToken: pageToken)
        }
        return try await site.first(of: created) { issues in
            for issue in issues where try await isWanted(issue) { return issue }
            return nil
        }
    }

    /// Data Center's search gives no properties: they are read one by one.
    private func mailProperty(of issue: Jira.Issue) async throws -> JSONValue? {
        switch site.deployment {
        case .cloud: issue.properties[PropertyKey.martletMail.rawValue]
        case .dataCenter: try await found { try await site.get(.property(.martletMail, of: .id(issue.id))).value }
        }
    }

    private func findComment(on issue: IssueID, _ id: ActionID) async throws -> ActionResult? {
        func newest(_ start: Int) -> Read<Page<Comment>> { .comments(of: .id(issue), startAt: start) }
        return try await site.first(of: newest) { comments in
            let found = try await withProperties(comments).first { comment in
                comment.properties?.contains { $0.key == .martletMail && action(of: $0.value) == "\(id)" } ?? false
            }
            return found.map { ActionResult.comment(issue: issue, id: $0.id) }
        }
    }

    /// The list of an issue's comments may leave the properties out, which Cloud's list by ids does not.
    private func withProperties(_ comments: [Comment]) async throws -> [Comment] {
        guard comments.contains(where: { $0.properties == nil }) else { return comments }
        if site.deployment == .cloud { return try await site.get(.comments(comments.map(\.id))).items }
        var read: [Comment] = []
        for var comment in comments {
            let property = try await found { try await site.get(.property(.martletMail, of: comment.id)) }
            comment.properties = property.map { [$0] } ?? []
            read.append(comment)
        }
        return read
    }

    /// Files carry no property: one of this name and size is taken for it that our own account attached, that is no older and
    /// not another of this letter.
    private func findAttachment(
        _ file: NewAttachment, on issue: IssueID, _ mark: Mark, _ outcomes: [Outcome]
    ) async throws -> ActionResult? {
        guard let letter else { return nil }
        let size: Int? =
            switch file.content {
            case .part(let part): letter.message.parts[part].size
            case .embedded(let part, let file): letter.embedded(file, in: part)?.size
            case .wholeLetter: letter.body.size
            }
        guard let size else { return nil }
        let name = FileName(fitting: file.name).rawValue
        let others = outcomes.compactMap { outcome -> String? in
            if case .attachment(let id, _) = outcome.result { id } else { nil }
        }
        let earliest = mark.begunAt.addingTimeInterval(-Self.differenceOfClocks)
        let found = try await site.get(.issue(.id(issue), fields: ["attachment"]))
        let alike = found.attachments.filter {
            $0.fileName == name && $0.size == size && !others.contains("\($0.id)")
                && ($0.created ?? earliest) >= earliest
        }
        guard !alike.isEmpty else { return nil }
        let ourselves = try await site.get(.myself).id
        let twin = alike.first { $0.author == nil || $0.author == ourselves }
        return twin.map { .attachment(id: "\($0.id)", name: file.name) }
    }

    /// Seconds that Jira's clock may be behind ours.
    private static let differenceOfClocks = 120.0

    private func action(of property: JSONValue?) -> String? {
        property?["action"]?.stringValue
    }
}

extension String {
    /// In their order, without the signs between them: Jira writes markup anew as it reads it.
    fileprivate var words: [Substring] { split { !$0.isLetter && !$0.isNumber } }
}

extension ActionResult {
    /// - Parameter reporter: Whom Jira was asked to take as the reporter.
    fileprivate init(_ issue: Jira.Issue, reporter: AccountID?) {
        let isAsWanted = reporter == nil || issue.reporter?.id == reporter
        self = .issue(issue.id, issue.key, reporterRefused: isAsWanted ? nil : "")
    }
}

/// It is too early to say whether something was done.
struct NotSettled: Error, CustomStringConvertible {
    let wait: Duration

    var description: String { "Jira's search may not show yet what was done before the interruption." }
}

extension Duration {
    var seconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
