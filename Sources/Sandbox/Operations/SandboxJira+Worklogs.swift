// SPDX-License-Identifier: Apache-2.0

import Foundation
import Markup

/// Work that was done on an issue.
extension SandboxJira {
    /// Jira: GET /rest/api/3/issue/{issueIdOrKey}/worklog
    func listWorklogs(_ call: Call) throws -> Answer {
        let issue = try issue(call)
        let page = try call.page(limit: 5000, standard: 5000)
        let shown = issue.worklogs.dropFirst(page.start).prefix(page.size).map {
            shape(of: $0, in: issue, call.dialect)
        }
        return Answer(
            200,
            [
                "startAt": .integer(page.start), "maxResults": .integer(page.size),
                "total": .integer(issue.worklogs.count), "worklogs": .array(shown),
            ])
    }

    /// Jira: GET /rest/api/3/issue/{issueIdOrKey}/worklog/{id}
    func readWorklog(_ call: Call) throws -> Answer {
        let (issue, index) = try worklog(call)
        return Answer(200, shape(of: issue.worklogs[index], in: issue, call.dialect))
    }

    /// Jira: POST /rest/api/3/issue/{issueIdOrKey}/worklog
    func addWorklog(_ call: Call) throws -> Answer {
        var issue = try issue(call)
        let body = try call.object()
        guard issue.worklogs.count < 10_000 else {
            throw JiraRefusal(
                status: 413, messages: ["The number of worklogs on this issue has reached the limit of 10000."])
        }
        guard let seconds = try timeSpent(body) else {
            throw JiraRefusal.badField("timeLogged", "You must indicate the time spent working.")
        }
        let worklog = Worklog(
            id: sequence.next(.worklog), author: call.caller.accountID, comment: try note(body, call.dialect),
            started: try start(body) ?? jiraTime(now()), seconds: seconds, created: now(), updated: now())
        issue.worklogs.append(worklog)
        keep(issue)
        return Answer(201, shape(of: worklog, in: issue, call.dialect))
    }

    /// Jira: PUT /rest/api/3/issue/{issueIdOrKey}/worklog/{id}. What is not given stays.
    func editWorklog(_ call: Call) throws -> Answer {
        var (issue, index) = try worklog(call)
        let body = try call.object()
        var worklog = issue.worklogs[index]
        worklog.seconds = try timeSpent(body) ?? worklog.seconds
        worklog.started = try start(body) ?? worklog.started
        if body["comment"] != nil { worklog.comment = try note(body, call.dialect) }
        worklog.updated = now()
        issue.worklogs[index] = worklog
        keep(issue)
        return Answer(200, shape(of: worklog, in: issue, call.dialect))
    }

    func deleteWorklog(_ call: Call) throws -> Answer {
        var (issue, index) = try worklog(call)
        issue.worklogs.remove(at: index)
        keep(issue)
        return .noContent
    }

    private func worklog(_ call: Call) throws -> (issue: Issue, index: Int) {
        let issue = try issue(call)
        guard let index = issue.worklogs.firstIndex(where: { String($0.id) == call[parameter: "id"] }) else {
            throw JiraRefusal.notFound("Cannot find worklog with id: '\(call[parameter: "id"])'.")
        }
        return (issue, index)
    }

    private func note(_ body: JSONValue, _ dialect: Dialect) throws -> RichText? {
        try RichText.read(
            body["comment"] ?? .null, dialect, field: "comment", complaint: "Comment body is not valid!")
    }

    private func start(_ body: JSONValue) throws -> String? {
        guard let given = body["started"], !given.isNull else { return nil }
        guard let text = given.stringValue, let time = jiraMoment(text) else {
            throw JiraRefusal.badField("started", "The start date is not valid.")
        }
        return jiraTime(time)
    }

    /// Seconds, or words: `1h 30m`. A day has eight hours and a week five days.
    private func timeSpent(_ body: JSONValue) throws -> Int? {
        let wrong = JiraRefusal.badField("timeLogged", "Invalid time duration entered.")
        if let given = body["timeSpentSeconds"], !given.isNull {
            guard let seconds = given.integerValue, (1...1_000_000_000).contains(seconds) else { throw wrong }
            return seconds
        }
        guard let given = body["timeSpent"], !given.isNull else { return nil }
        let units: [Character: Int] = ["m": 60, "h": 3600, "d": 8 * 3600, "w": 40 * 3600]
        let parts = (given.stringValue ?? "").split(separator: " ").map { word -> Int? in
            guard let unit = word.last.flatMap({ units[$0] }), let count = Int(word.dropLast()),
                (1...10_000).contains(count)
            else { return nil }
            return count * unit
        }
        guard !parts.isEmpty, parts.count <= 4, !parts.contains(nil) else { throw wrong }
        return parts.compactMap(\.self).reduce(0, +)
    }
}
