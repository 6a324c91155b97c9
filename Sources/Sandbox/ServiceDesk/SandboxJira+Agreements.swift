// SPDX-License-Identifier: Apache-2.0

import Foundation
import Markup

/// What a desk promises its customers: how soon somebody answers, and how soon it is done. Around the clock.
private struct Agreement: Sendable {
    let id: Int
    let name: String
    let hours: Double
    /// When the promise was kept.
    let end: @Sendable (Issue) -> Date?

    static let all = [
        Agreement(id: 1, name: "Time to first response", hours: 4) { issue in
            issue.comments.first { $0.isPublic && $0.author != issue.reporter }?.created
        },
        Agreement(id: 2, name: "Time to resolution", hours: 24) { $0.resolved },
    ]
}

extension SandboxJira {
    /// Jira: GET /request/{issueIdOrKey}/sla
    func listAgreements(_ call: Call) throws -> Answer {
        let issue = try issue(call)
        _ = try request(issue)
        return Answer(200, try page(Agreement.all, call) { shape(of: $0, for: issue) })
    }

    /// Jira: GET /request/{issueIdOrKey}/sla/{slaMetricId}
    func readAgreement(_ call: Call) throws -> Answer {
        let issue = try issue(call)
        _ = try request(issue)
        guard let agreement = Agreement.all.first(where: { String($0.id) == call[parameter: "id"] }) else {
            throw JiraRefusal.failure(404, "The SLA metric does not exist.")
        }
        return Answer(200, shape(of: agreement, for: issue))
    }

    private func shape(of agreement: Agreement, for issue: Issue) -> JSONValue {
        let (goal, end) = (agreement.hours * 3600, agreement.end(issue))
        let elapsed = (end ?? now()).timeIntervalSince(issue.created)
        var cycle: JSONValue = [
            "startTime": date(issue.created), "breachTime": date(issue.created.addingTimeInterval(goal)),
            "breached": .bool(elapsed > goal), "goalDuration": duration(goal), "elapsedTime": duration(elapsed),
            "remainingTime": duration(goal - elapsed),
        ]
        var members: [(String, JSONValue)] = [
            ("id", .string(String(agreement.id))), ("name", .string(agreement.name)),
            ("slaDisplayFormat", "NEW_SLA_FORMAT"),
            (
                "_links",
                ["self": .string("\(site)/rest/servicedeskapi/request/\(issue.id)/sla/\(agreement.id)")]
            ),
        ]
        if let end {
            cycle["stopTime"] = date(end)
            members.append(("completedCycles", [cycle]))
        } else {
            cycle["paused"] = false
            cycle["withinCalendarHours"] = true
            members += [("completedCycles", []), ("ongoingCycle", cycle)]
        }
        return .members(members)
    }

    private func duration(_ seconds: Double) -> JSONValue {
        let minutes = Int(abs(seconds)) / 60
        return [
            "millis": .integer(Int(seconds * 1000)),
            "friendly": .string("\(seconds < 0 ? "-" : "")\(minutes / 60)h \(minutes % 60)m"),
        ]
    }
}
