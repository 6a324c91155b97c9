// SPDX-License-Identifier: Apache-2.0

import HTTPTypes

extension SandboxJira {
    /// The account behind the API token, as it was at the start.
    nonisolated var caller: Person { Person.cast(apiUser: settings.apiUser, on: settings.deployment)[0] }

    /// The fault that this request meets, used up by one.
    func strike(method: String, path: String) -> Fault? {
        guard let index = faults.firstIndex(where: { $0.strikes(method: method, path: path) }) else { return nil }
        let fault = faults[index]
        faults[index].count -= 1
        if faults[index].count == 0 { faults.remove(at: index) }
        return fault
    }

    /// Writes a line of the log and gives its number.
    func note(method: String, path: String, status: Int) -> Int {
        log.add(RequestLog.Entry(time: now(), method: method, path: path, status: status))
        return log.total
    }
}

extension Fault {
    /// The answer of a fault that keeps the work from being done.
    var answerInstead: Answer? {
        var answer: Answer
        switch kind {
        case .tooMany:
            answer = JiraRefusal.failure(429, "Rate limit exceeded.", at: path).answer(path: path)
            answer.headers[.rateLimitReason] = "jira-burst-based"
        case .unavailable:
            answer = JiraRefusal.failure(503, "Service Unavailable", at: path).answer(path: path)
        case .unauthorized: answer = Unauthorized().answer
        case .lostAnswer, .delay: return nil
        }
        if let retryAfter { answer.headers[.retryAfter] = String(retryAfter) }
        return answer
    }
}

extension HTTPField.Name {
    static let rateLimitReason = Self("RateLimit-Reason")!
    static let retryAfter = Self("Retry-After")!
}
