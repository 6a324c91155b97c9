// SPDX-License-Identifier: Apache-2.0

import Jira

/// What has a limit of its own at a site.
enum CallKind: Hashable {
    case method(Request.Method)
    /// Making customers of Service Management.
    case newCustomer

    init(of request: Request) {
        let isCustomer = request.method == .post && request.path == ["rest", "servicedeskapi", "customer"]
        self = isCustomer ? .newCustomer : .method(request.method)
    }
}

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

    private var buckets: [CallKind: Bucket] = [:]
    /// What is left is spread over the time until it is renewed.
    private var spacing: (each: Double, until: Double)?
    private var nextSlot = 0.0

    /// - Parameter rates: Calls a second, at most that many at once. Kinds that are not named are not limited.
    init(rates: [CallKind: Double]) {
        buckets = rates.mapValues { Bucket(rate: $0, tokens: $0, filledAt: 0) }
    }

    /// Jira Cloud's burst limits for one operation of one site; all of a method count as one here, so that the few operations
    /// that may be called more often never are.
    static let documented: [CallKind: Double] = [
        .method(.get): 100, .method(.post): 100, .method(.put): 50, .method(.delete): 50, .newCustomer: 5,
    ]

    /// How long to wait before a call. Who asked first goes first.
    mutating func pass(_ kind: CallKind, at now: Double) -> Double {
        var wait = buckets[kind]?.take(at: now) ?? 0
        if let spacing, now < spacing.until {
            let slot = max(nextSlot, now)
            nextSlot = slot + spacing.each
            wait = max(wait, min(slot, spacing.until) - now)
        }
        return wait
    }

    /// Learns what an answer says is left of the limit that is nearest; or, where it is a refusal, which limit was met.
    mutating func learn(from answer: Answered, to kind: CallKind, at now: Double) {
        switch answer.limitReason {
        // Hold for one issue or one app: who is meant keeps silence by itself.
        case .issueWrites, .globalQuota, .tenantQuota: break
        case .burst:
            guard let rate = answer.headers.burstRate ?? Self.documented[kind] else { return }
            learn(rate: rate, of: kind, at: now)
        case nil:
            let near = answer.headers.standings.filter(\.isNear)
            guard let nearest = near.max(by: { $0.spacing < $1.spacing }) else { return }
            learn(remaining: nearest.remaining, renewedIn: nearest.renewedIn, at: now)
        }
    }

    private mutating func learn(rate: Double, of kind: CallKind, at now: Double) {
        buckets[kind] = Bucket(rate: min(rate, buckets[kind]?.rate ?? rate), tokens: 0, filledAt: now)
    }

    /// Learns that a limit is near.
    mutating func learn(remaining: Int, renewedIn seconds: Double, at now: Double) {
        guard seconds > 0, seconds <= 86_400 else { return }
        spacing = (min(seconds / Double(max(remaining, 1)), Self.greatestSpacing), now + seconds)
    }

    /// Of calls to a site that is near its limit. Where even this is too much the site says how long to stay away.
    private static let greatestSpacing = 2.0
}

extension LimitStanding {
    /// Seconds between calls that use up what is left.
    fileprivate var spacing: Double { renewedIn / Double(max(remaining, 1)) }
}
