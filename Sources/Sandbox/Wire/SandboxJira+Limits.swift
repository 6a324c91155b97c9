// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTypes
import Markup

extension SandboxJira {
    /// Lets a call through, or refuses it by the limits that are switched on.
    func admit(_ call: Call, _ endpoint: Endpoint) throws {
        guard limits.settings != RateLimitSettings() else { return }
        let isOfIssue = endpoint.path.hasPrefix("issue/{key}") || endpoint.path.hasPrefix("request/{key}")
        let isWrite = call.method != "GET" && isOfIssue
        let issue = isWrite ? try? self.issue(call) : nil
        do {
            try limits.admit("\(call.method) \(endpoint.path)", issue: issue?.id, at: now())
        } catch let refused as RateLimits.Refused {
            throw TooMany(refused: refused, at: now(), path: call.path)
        }
    }

    /// Counts what an answer showed, and writes the headers that tell how much is left.
    func account(for answer: Answer, to call: Call, _ endpoint: Endpoint) -> Answer {
        let isRead = call.method == "GET" || endpoint.path.hasPrefix("search")
        if isRead, case .json(let json) = answer.body {
            let lists = ["issues", "comments", "values", "watchers"].compactMap { json[$0]?.arrayValue?.count }
            limits.spend(objects: (lists.first ?? json.arrayValue?.count ?? 1) * endpoint.pointsForEach)
        }
        guard let standing = limits.standing(at: now()) else { return answer }
        var answer = answer
        answer.headers[.rateLimitLimit] = String(standing.limit)
        answer.headers[.rateLimitRemaining] = String(standing.remaining)
        answer.headers[.rateLimitReset] = standing.reset.ISO8601Format()
        if standing.remaining * 5 < standing.limit { answer.headers[.rateLimitNear] = "true" }
        return answer
    }

    /// `{"issueWrites": true, "burst": 100, "pointsPerHour": 65000, "searchLag": 5}`; what is left out is switched off.
    func setLimits(_ call: Call) throws -> Answer {
        let body = try call.object()
        limits.settings = RateLimitSettings(
            limitsIssueWrites: body["issueWrites"]?.boolValue ?? false, burst: body["burst"]?.integerValue,
            pointsPerHour: body["pointsPerHour"]?.integerValue, searchLag: body["searchLag"]?.doubleValue ?? 0)
        return Answer(200, shapeOfLimits)
    }

    func readLimits(_ call: Call) throws -> Answer {
        Answer(200, shapeOfLimits)
    }

    private var shapeOfLimits: JSONValue {
        [
            "issueWrites": .bool(limits.settings.limitsIssueWrites),
            "burst": limits.settings.burst.map { .integer($0) } ?? .null,
            "pointsPerHour": limits.settings.pointsPerHour.map { .integer($0) } ?? .null,
            "searchLag": .double(limits.settings.searchLag),
            "refusals": .integer(limits.refusals), "unheeded": .integer(limits.unheeded),
        ]
    }
}

extension Endpoint {
    /// What Jira Cloud takes for each object of an answer: people cost twice as much as things.
    fileprivate var pointsForEach: Int {
        path.hasPrefix("user") || path == "myself" || path.hasSuffix("watchers") ? 2 : 1
    }
}

/// 429, with all that Jira says beside it.
struct TooMany: Error {
    let answer: Answer

    init(refused: RateLimits.Refused, at now: Date, path: String) {
        var answer = JiraRefusal.failure(429, "Rate limit exceeded.").answer(path: path)
        answer.headers[.retryAfter] = String(Int(refused.pause.rounded(.up)))
        answer.headers[.rateLimitReason] = refused.reason
        answer.headers[.rateLimitLimit] = String(refused.limit)
        answer.headers[.rateLimitRemaining] = "0"
        answer.headers[.rateLimitReset] = now.addingTimeInterval(refused.pause.rounded(.up)).ISO8601Format()
        self.answer = answer
    }
}

extension HTTPField.Name {
    static let rateLimitLimit = Self("X-RateLimit-Limit")!
    static let rateLimitRemaining = Self("X-RateLimit-Remaining")!
    static let rateLimitReset = Self("X-RateLimit-Reset")!
    static let rateLimitNear = Self("X-RateLimit-NearLimit")!
}
