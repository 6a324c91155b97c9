// SPDX-License-Identifier: Apache-2.0

import Foundation
import Jira
import MIME
import MailTransport
import Planning
import Store
import WebClient

/// Does the actions of one plan in order: the only place that changes Jira or sends mail.
struct Executor: Sendable {
    let engine: Engine
    let setup: TenantSetup
    let job: Job
    let decider: ConfigurationID
    let connection: ConfigurationID
    let site: JiraSite
    /// Nil for events.
    let letter: ReadLetter?
    /// Where somebody else may sit while Jira takes no more writes to the issue.
    var seats: Seats?

    /// Steps that are kept with the next: a step that follows at once shares its commit.
    var unkept: [Step]

    /// Jira refused the first action as another plan had it, so that nothing of it needs to be looked for.
    var wasRefused = false

    /// Whether anything of the plan is done.
    private(set) var hasActed = false

    /// What each action did, those of earlier tries included. What is `unkept` then is for the caller to keep.
    mutating func execute(_ plan: Plan) async throws -> [Outcome] {
        let marks = try await setup.store.marks(of: job.id).filter { $0.action.decider == decider }
        var outcomes: [Outcome] = []
        var waiting: RefusedRecipient?
        for (ordinal, action) in plan.actions.enumerated() {
            let mark = marks.first { $0.action.ordinal == ordinal }
            let result = try await result(of: action, ordinal, mark, after: outcomes)
            outcomes.append(Outcome(ordinal: ordinal, result: result))
            if engine.now < (mark?.begunAt ?? engine.now).addingTimeInterval(Self.patience) {
                waiting = waiting ?? result.refused.first { !$0.isFinal }
            }
        }
        guard let waiting else { return outcomes }
        try await setup.store.write(unkept)
        throw MailTransportError(.recipientsRefused, retry: .after(.seconds(300)), said: waiting.said)
    }

    /// How long a mail is tried for those whom the server does not take it for at present, in seconds.
    private static let patience = 86_400.0

    private mutating func result(
        of action: Action, _ ordinal: Int, _ mark: Mark?, after outcomes: [Outcome]
    ) async throws -> ActionResult {
        let kept = try mark?.result.map { try JSONDecoder().decode(ActionResult.self, from: $0) }
        hasActed = hasActed || kept != nil
        if let kept, kept.refused.allSatisfy(\.isFinal) { return kept }
        let id = ActionID(job: job.id, decider: decider, ordinal: ordinal)
        var result: ActionResult?
        if let mark, kept == nil, !wasRefused || ordinal > 0 {
            result = try await reconcile(action, mark, after: outcomes)
        }
        if result == nil {
            if let issue = try action.writtenIssue.map({ try self.issue(of: $0, outcomes) }) { try await pace(issue) }
            // It is done, or done once more, only if that can be written down.
            try await setup.store.write(unkept + [.begun(id, at: engine.now)])
            unkept = []
        }
        let done = if let result { result } else { try await perform(action, id, after: outcomes, kept) }
        hasActed = true
        unkept.append(.ended(id, at: engine.now, result: try canonicalJSON(done)))
        return done
    }

    /// - Parameter earlier: What was done of it so far, where that is only a part.
    private mutating func perform(
        _ action: Action, _ id: ActionID, after outcomes: [Outcome], _ earlier: ActionResult?
    ) async throws -> ActionResult {
        switch action {
        case .createIssue(let issue): return try await create(issue, id)
        case .createRequest(let request): return try await create(request, id)
        case .addComment(let comment): return try await add(comment, id)
        case .attach(let file): return try await attach(file, to: try issue(of: file.issue, outcomes))
        case .transition(let issue, let transition):
            try await site.perform(.transition(.id(issue), by: transition.id))
            return .transitioned
        case .addParticipants(let people, let issue):
            return try await add(people, to: try self.issue(of: issue, outcomes))
        case .send(let mail): return try await send(mail, id, after: earlier)
        }
    }

    /// Returns when Jira takes another write to an issue: a letter has as many as it has files, and more.
    func pace(_ issue: IssueID) async throws {
        let place = IssueLanes.Place(tenant: setup.id, connection: connection, issue: issue)
        let wait = engine.lanes.grant(at: place, now: engine.now).timeIntervalSince(engine.now)
        // Less than what is lost when a time is kept.
        guard wait > 0.005 else { return }
        seats?.leave(job.tenant)
        defer { seats?.take(job.tenant) }
        try await engine.time.sleep(for: .seconds(wait))
    }

    /// The issue that an action is about, which an earlier one may have made.
    func issue(of target: IssueTarget, _ outcomes: [Outcome]) throws -> IssueID {
        switch target {
        case .existing(let id): return id
        case .created(let ordinal):
            guard case .issue(let id, _, _, _, _) = outcomes.first(where: { $0.ordinal == ordinal })?.result else {
                preconditionFailure("a plan names the result of an action that makes no issue")
            }
            return id
        }
    }
}

extension Action {
    /// The issue that is there when the action begins, and changed by it.
    var writtenIssue: IssueTarget? {
        switch self {
        case .addComment(let comment): .existing(comment.issue)
        case .attach(let file): file.issue
        case .transition(let issue, _): .existing(issue)
        case .addParticipants(_, let issue): issue
        case .createIssue, .createRequest, .send: nil
        }
    }
}
