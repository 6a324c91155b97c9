// SPDX-License-Identifier: Apache-2.0

import Markup

extension SandboxJira {
    func listWatchers(_ call: Call) throws -> Answer {
        let issue = try issue(call)
        return Answer(
            200,
            [
                "self": .string("\(root(call.dialect))/issue/\(issue.key)/watchers"),
                "isWatching": .bool(issue.watchers.contains(call.caller.accountID)),
                "watchCount": .integer(issue.watchers.count),
                "watchers": .array(issue.watchers.map { shape(ofAccount: $0, call.dialect) }),
            ])
    }

    /// Jira: POST /rest/api/3/issue/{issueIdOrKey}/watchers. The body is a JSON string; without one the caller watches.
    func addWatcher(_ call: Call) throws -> Answer {
        var issue = try issue(call)
        let account = try call.body?.stringValue.map { try person($0, call.dialect).accountID } ?? call.caller.accountID
        if !issue.watchers.contains(account) { issue.watchers.append(account) }
        put(issue)
        return .noContent
    }

    func removeWatcher(_ call: Call) throws -> Answer {
        var issue = try issue(call)
        guard let given = call.query(call.dialect == .dataCenter ? "username" : "accountId") else {
            throw JiraRefusal.badRequest("Either the username or the accountId query parameter must be provided")
        }
        let account = call.dialect == .dataCenter ? try person(given, call.dialect).accountID : given
        issue.watchers.removeAll { $0 == account }
        put(issue)
        return .noContent
    }
}
