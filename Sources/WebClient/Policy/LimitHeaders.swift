// SPDX-License-Identifier: Apache-2.0

import NIOHTTP1

/// How much an answer says is left of one limit.
struct LimitStanding: Equatable {
    var remaining: Int
    /// Of how many; nothing where the answer does not say.
    var limit: Int?
    /// Seconds until all of it is there again, at most a day.
    var renewedIn: Double
    /// Whether Jira itself calls it near.
    var isCalledNear = false

    /// Less than a fifth is left.
    var isNear: Bool {
        isCalledNear || remaining <= 0 || limit.map { Double(remaining) * 5 < Double($0) } ?? false
    }
}

extension HTTPHeaders {
    /// Each limit that Jira tells of: `X-RateLimit-…`, and `RateLimit` with `RateLimit-Policy`, whose items have names.
    ///
    /// Those that begin with `Beta-` tell of limits that are not enforced yet, and are not looked at.
    var standings: [LimitStanding] {
        guard contains(name: "X-RateLimit-Remaining") || contains(name: "RateLimit") else { return [] }
        let policies = Dictionary(items(of: "RateLimit-Policy")) { first, _ in first }
        let named = items(of: "RateLimit").compactMap { name, numbers -> LimitStanding? in
            guard let remaining = numbers["r"], let seconds = numbers["t"] else { return nil }
            return LimitStanding(
                remaining: remaining, limit: policies[name]?["q"],
                renewedIn: Double(Swift.min(Swift.max(seconds, 0), 86_400)))
        }
        return named + (plainStanding.map { [$0] } ?? [])
    }

    /// Calls a second that a refusal for a burst says the site takes.
    var burstRate: Double? {
        number("X-RateLimit-Limit").flatMap { (1...10_000).contains($0) ? Double($0) : nil }
    }

    private var plainStanding: LimitStanding? {
        guard let remaining = number("X-RateLimit-Remaining"), let reset = first(name: "X-RateLimit-Reset"),
            let pause = untilReset(reset, answeredAt: first(name: "Date"))
        else { return nil }
        return LimitStanding(
            remaining: remaining, limit: number("X-RateLimit-Limit"), renewedIn: pause / .seconds(1),
            isCalledNear: first(name: "X-RateLimit-NearLimit")?.lowercased() == "true")
    }

    private func number(_ name: String) -> Int? { first(name: name).flatMap { Int($0) } }

    /// A list of names with numbers (RFC 9651 §3.1): `"burst";q=100;w=1, "quota";q=65000;w=3600`
    private func items(of name: String) -> [(String, [String: Int])] {
        self[canonicalForm: name].map { item in
            let parts = item.split(separator: ";").map { $0.filter { !" \t\"".contains($0) } }
            let numbers = parts.dropFirst().compactMap { part -> (String, Int)? in
                let sides = part.split(separator: "=", maxSplits: 1)
                return sides.count == 2 ? Int(sides[1]).map { (String(sides[0]), $0) } : nil
            }
            return (parts.first ?? "", Dictionary(numbers) { first, _ in first })
        }
    }
}
