// SPDX-License-Identifier: Apache-2.0

import Jira

/// How many calls a site takes: what Atlassian documents, and what its answers say is left. All times in seconds.
struct SiteBudget {
    /// Tokens that come back evenly; one may be taken before it is there, and is then waited for.
    private struct Bucket {
        let rate: Double
        var tokens: Double
        var filledAt: Double

        mutating func take(at now: Double) -> Double {
            tokens = min(rate, tokens + (now - filledAt) * rate) - 1
            filledAt = now
            return max(0, -tokens / rate)
        }
    }

    private var buckets: [Request.Method: Bucket] = [:]
    /// What is left is spread over the time until it is renewed.
    private var spacing: (each: Double, until: Double)?
    private var nextSlot = 0.0

    /// - Parameter rates: Calls a second, at most that many at once. Methods that are not named are not limited.
    init(rates: [Request.Method: Double]) {
        buckets = rates.mapValues { Bucket(rate: $0, tokens: $0, filledAt: 0) }
    }

    /// Jira Cloud's burst limits for one operation of one site; all of a method count as one here.
    static let documented: [Request.Method: Double] = [.get: 100, .post: 100, .put: 50, .delete: 50]

    /// How long to wait before a call. Who asked first goes first.
    mutating func pass(_ method: Request.Method, at now: Double) -> Double {
        var wait = buckets[method]?.take(at: now) ?? 0
        if let spacing, now < spacing.until {
            let slot = max(nextSlot, now)
            nextSlot = slot + spacing.each
            wait = max(wait, slot - now)
        }
        return wait
    }

    /// Learns from an answer's `X-RateLimit-…` headers that the limit is near.
    mutating func learn(remaining: Int, renewedIn seconds: Double, at now: Double) {
        guard seconds > 0, seconds <= 86_400 else { return }
        spacing = (min(seconds / Double(max(remaining, 1)), Self.greatestSpacing), now + seconds)
    }

    /// Of calls to a site that is near its limit. Where even this is too much the site says how long to stay away.
    private static let greatestSpacing = 2.0
}
