// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

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
    func answerInstead(to requested: String, _ path: String, at now: Date) -> Answer? {
        var answer: Answer
        switch kind {
        case .tooMany:
            answer = JiraRefusal.failure(429, "Rate limit exceeded.").answer(path: path)
            answer.headers[.rateLimitReason] = "jira-burst-based"
        case .unavailable:
            answer = JiraRefusal.failure(503, "Service Unavailable").answer(path: path)
        case .unauthorized: answer = Unauthorized().answer
        case .unknownPath: answer = JiraRefusal.unknownPath(requested, path).answer(path: path)
        case .quotaSpent: return tooMany("jira-quota-tenant-based", 65_000, secondsToFullHour(now), path, now)
        case .issueTooBusy: return tooMany("jira-per-issue-on-write", 20, 2, path, now)
        case .badGateway: answer = gatewayPage(502, "Bad Gateway")
        case .gatewayTimeout: answer = gatewayPage(504, "Gateway Time-out")
        case .lostAnswer, .delay, .cut, .truncated, .slow: return nil
        }
        if let retryAfter { answer.headers[.retryAfter] = String(retryAfter) }
        return answer
    }

    private func tooMany(
        _ reason: String, _ limit: Int, _ pause: Double, _ path: String, _ now: Date
    ) -> Answer {
        let refused = RateLimits.Refused(reason: reason, limit: limit, pause: retryAfter.map(Double.init) ?? pause)
        return TooMany(refused: refused, at: now, path: path).answer
    }

    private func gatewayPage(_ status: Int, _ words: String) -> Answer {
        let page =
            "<html><head><title>\(status) \(words)</title></head><body><h1>\(status) \(words)</h1></body></html>\n"
        var answer = Answer(status, .bytes(ByteBuffer(string: page)))
        answer.type = "text/html"
        return answer
    }

    /// The answer as it goes over the line.
    func body(_ bytes: ByteBuffer) -> ResponseBody {
        let half = bytes.getSlice(at: bytes.readerIndex, length: bytes.readableBytes / 2)!
        switch kind {
        case .cut:
            return ResponseBody(contentLength: max(1, bytes.readableBytes)) { writer in
                try await writer.write(half)
                throw ConnectionCut()
            }
        case .truncated: return ResponseBody(byteBuffer: half)
        case .slow:
            return ResponseBody(contentLength: bytes.readableBytes) { [delay] writer in
                var left = bytes
                let size = bytes.readableBytes / 8 + 1
                while let piece = left.readSlice(length: min(size, left.readableBytes)), piece.readableBytes > 0 {
                    try await Task.sleep(for: delay)
                    try await writer.write(piece)
                }
                try await writer.finish(nil)
            }
        default: return ResponseBody(byteBuffer: bytes)
        }
    }
}

/// Ends a connection.
private struct ConnectionCut: Error {}

extension HTTPField.Name {
    static let rateLimitReason = Self("RateLimit-Reason")!
    static let retryAfter = Self("Retry-After")!
}
