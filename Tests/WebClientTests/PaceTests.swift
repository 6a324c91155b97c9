// SPDX-License-Identifier: Apache-2.0

import Fakes
import Foundation
import Jira
import NIOHTTP1
import Testing
import Vault

@testable import WebClient

@Suite("The pace of writes to an issue")
struct WritePaceTests {
    @Test("goes on from what others wrote")
    func continued() {
        let now = Date(timeIntervalSince1970: 1_000_000)
        var pace = WritePace.ofIssue(after: (0..<20).map { now.addingTimeInterval(Double($0 - 20) / 100) })
        let first = now.addingTimeInterval(-0.2)
        #expect(pace.grant(1, at: now) == first.addingTimeInterval(2 * 1.05 + 0.05))
        var rested = WritePace.ofIssue(after: [now.addingTimeInterval(-10)])
        #expect(rested.grant(1, at: now) == now)
    }

    private let start = Date(timeIntervalSince1970: 1_795_348_800)

    /// When each of so many writes goes that all want to go at once.
    private func times(_ count: Int, at now: Date, _ pace: inout WritePace) -> [Double] {
        (0..<count).map { _ in pace.grant(1, at: now).timeIntervalSince(start) }
    }

    @Test("never has more than 20 in 2 seconds or 100 in 30, and loses little")
    func keepsWindows() {
        var pace = WritePace.ofIssue
        let times = times(2000, at: start, &pace)
        #expect(times == times.sorted())
        for (count, seconds) in [(20, 2.0), (100, 30.0)] {
            for index in count..<times.count {
                #expect(times[index] - times[index - count] > seconds)
                if times[index] - times[index - count] <= seconds { return }
            }
        }
        #expect(times[19] == 0 && times[20] > 2 && times[20] < 2.5)
        #expect(times[1999] < 2000 / 100 * 31.6)
    }

    @Test("lets a lone write go at once, also after a long pause")
    func lettingGo() {
        var pace = WritePace.ofIssue
        #expect(times(20, at: start, &pace).allSatisfy { $0 == 0 })
        #expect(pace.grant(1, at: start.addingTimeInterval(3600)) == start.addingTimeInterval(3600))
        #expect(!pace.isRested(at: start.addingTimeInterval(3610)))
        #expect(pace.isRested(at: start.addingTimeInterval(3640)))
    }

    @Test("keeps writes that belong together together, and more than fit in groups of as many as fit")
    func keepsGroups() {
        var pace = WritePace.ofIssue
        #expect(pace.grant(15, at: start) == start)
        #expect(pace.grant(5, at: start) == start)
        #expect(pace.grant(6, at: start).timeIntervalSince(start) > 2)
        var other = WritePace.ofIssue
        #expect(other.grant(500, at: start) == start)
        // Five hundred are five times a hundred, each within half a minute.
        #expect((120...170).contains(other.grant(0, at: start).timeIntervalSince(start)))
    }
}

@Suite("The budget of a site")
struct SiteBudgetTests {
    @Test("lets a burst go at once, and then as many a second as the site takes, first come first served")
    func letsBurstGo() {
        var budget = SiteBudget(rates: [.method(.get): 100])
        let waits = (0..<300).map { _ in budget.pass(.method(.get), at: 0) }
        #expect(waits[..<100].allSatisfy { $0 == 0 })
        #expect(waits == waits.sorted())
        #expect(abs(waits[299] - 2) < 0.01)
        #expect(budget.pass(.method(.post), at: 0) == 0)
        #expect(budget.pass(.method(.get), at: 100) == 0)
    }

    @Test("spreads what is left over the time until it is renewed, up to two seconds a call")
    func spreads() {
        var budget = SiteBudget(rates: [:])
        budget.learn(remaining: 10, renewedIn: 10, at: 0)
        #expect((0..<3).map { _ in budget.pass(.method(.get), at: 0) } == [0, 1, 2])
        #expect(budget.pass(.method(.get), at: 11) == 0)
        budget.learn(remaining: 0, renewedIn: 3000, at: 20)
        #expect((0..<2).map { _ in budget.pass(.method(.put), at: 20) } == [0, 2])
    }

    @Test("makes nobody wait for longer than until what is left is renewed")
    func waitsNoLonger() {
        var budget = SiteBudget(rates: [:])
        budget.learn(remaining: 0, renewedIn: 1.5, at: 0)
        #expect((0..<4).map { _ in budget.pass(.method(.get), at: 0) } == [0, 1.5, 1.5, 1.5])
    }

    @Test("learns the rate of one kind of call from a refusal for a burst, and keeps the lowest that it was told")
    func learnsRates() {
        var budget = SiteBudget(rates: [:])
        budget.learn(from: refusal("jira-burst-based", limit: "10"), to: .method(.get), at: 0)
        #expect((0..<2).map { _ in budget.pass(.method(.get), at: 0) } == [0.1, 0.2])
        #expect(budget.pass(.method(.post), at: 0) == 0)
        budget.learn(from: refusal("jira-burst-based", limit: "40"), to: .method(.get), at: 1)
        #expect(budget.pass(.method(.get), at: 1) == 0.1)
        budget.learn(from: refusal("jira-burst-based"), to: .method(.put), at: 1)
        #expect(budget.pass(.method(.put), at: 1) == 0.02)
    }

    @Test("is not changed by a refusal that holds for one issue or one app alone")
    func leavesOthers() {
        var budget = SiteBudget(rates: [:])
        budget.learn(from: refusal("jira-per-issue-on-write", limit: "20"), to: .method(.post), at: 0)
        #expect((0..<50).allSatisfy { _ in budget.pass(.method(.post), at: 0) == 0 })
        budget.learn(from: refusal("jira-quota-tenant-based", limit: "65000"), to: .method(.post), at: 0)
        #expect((0..<50).allSatisfy { _ in budget.pass(.method(.post), at: 0) == 0 })
    }

    private func refusal(_ reason: String, limit: String? = nil) -> Answered {
        var headers: HTTPHeaders = ["RateLimit-Reason": reason, "RateLimit": #""x";r=0;t=30"#]
        if let limit { headers.add(name: "X-RateLimit-Limit", value: limit) }
        return Answered(status: 429, headers: headers, body: [])
    }

    @Test("is what Atlassian documents for its own hosts, and unlimited elsewhere")
    func isDocumented() {
        for address in ["https://x.atlassian.net", "https://api.atlassian.com/ex/jira/1"] {
            #expect(SiteAddress(address)?.rates[.method(.post)] == 100)
            #expect(SiteAddress(address)?.rates[.method(.put)] == 50)
        }
        for address in ["https://jira.example.com/jira", "https://atlassian.net.example.com", "http://127.0.0.1:1"] {
            #expect(SiteAddress(address)?.rates == [:])
        }
    }
}

@Suite("What an answer says is left")
struct LimitHeaderTests {
    private static let date = ("Date", "Sun, 06 Nov 1994 08:49:37 GMT")
    private static let reset = ("X-RateLimit-Reset", "1994-11-06T09:00:00Z")

    @Test(
        "is read from Jira's own headers and from those of the standard",
        arguments: [
            ([], []),
            ([("X-RateLimit-Remaining", "7")], []),
            (
                [date, reset, ("X-RateLimit-Remaining", "7"), ("X-RateLimit-Limit", "100")],
                [LimitStanding(remaining: 7, limit: 100, renewedIn: 623)]
            ),
            (
                [date, reset, ("X-RateLimit-Remaining", "7"), ("X-RateLimit-NearLimit", "true")],
                [LimitStanding(remaining: 7, renewedIn: 623, isCalledNear: true)]
            ),
            (
                [
                    ("RateLimit", #""jira-burst-based";r=3;t=1, "jira-quota-tenant-based";r=900;t=1800"#),
                    ("RateLimit-Policy", #""jira-quota-tenant-based";q=100000;w=3600"#),
                    ("Beta-RateLimit", #""new";r=0;t=9"#),
                ],
                [
                    LimitStanding(remaining: 3, renewedIn: 1),
                    LimitStanding(remaining: 900, limit: 100_000, renewedIn: 1800),
                ]
            ),
            ([("RateLimit", "x, ;;==, y;r=a;t=1, z;r=1")], []),
            (
                [("RateLimit", "long;r=1;t=9223372036854775807, past;r=1;t=-9223372036854775808")],
                [LimitStanding(remaining: 1, renewedIn: 86_400), LimitStanding(remaining: 1, renewedIn: 0)]
            ),
        ] as [([(String, String)], [LimitStanding])])
    func isRead(_ headers: [(String, String)], _ wanted: [LimitStanding]) {
        #expect(HTTPHeaders(headers).standings == wanted)
    }

    @Test("is near below a fifth of the limit, or where Jira says so")
    func isNear() {
        #expect(!LimitStanding(remaining: 20, limit: 100, renewedIn: 1).isNear)
        #expect(LimitStanding(remaining: 19, limit: 100, renewedIn: 1).isNear)
        #expect(!LimitStanding(remaining: 1, renewedIn: 1).isNear)
        #expect(LimitStanding(remaining: 0, renewedIn: 1).isNear)
        #expect(LimitStanding(remaining: 50, limit: 100, renewedIn: 1, isCalledNear: true).isNear)
        #expect(!LimitStanding(remaining: .max, limit: 9, renewedIn: 1).isNear)
        #expect(LimitStanding(remaining: .min, limit: .max, renewedIn: 1).isNear)
    }

    @Test("of a limit that is used up is how long to wait where Retry-After does not say it")
    func isPause() async throws {
        let headers = [("RateLimit", #""jira-quota-global-based";r=0;t=90"#)]
        try await withSite(answering: .answer(429, headers: headers)) { site, _ in
            let error = try await failure { try await site.get(.myself) }
            #expect(error?.retry == .after(.seconds(90)))
        }
        let forever = [("RateLimit", "x;r=0;t=9223372036854775807")]
        try await withSite(answering: .answer(429, headers: forever)) { site, _ in
            let error = try await failure { try await site.get(.myself) }
            #expect(error?.retry == .after(.seconds(86_400)))
        }
        let endless = [("RateLimit", "x;r=9223372036854775807;t=1"), ("RateLimit-Policy", "x;q=9")]
        try await withSite(answering: .answer(429, headers: endless)) { site, _ in
            let error = try await failure { try await site.get(.myself) }
            #expect(error?.retry == .soon)
        }
        let both = headers + [("Retry-After", "7")]
        try await withSite(answering: .answer(429, headers: both)) { site, _ in
            let error = try await failure { try await site.get(.myself) }
            #expect(error?.retry == .after(.seconds(7)))
        }
    }
}

@Suite("The points of an app")
struct PointsPoolTests {
    /// A full hour, in seconds since 1970.
    private let hour = 1_795_348_800.0
    private let busy = SiteAddress("https://busy.example")!
    private let calm = SiteAddress("https://calm.example")!

    @Test("let calls go until three quarters of the hour's are spent, and then spread what is left")
    func spreads() {
        var pool = PointsPool(most: 4000)
        let free = (0..<3000).map { _ in pool.pass(busy, at: hour) }
        #expect(free.allSatisfy { $0 == 0 })
        let waits = (0..<3).map { _ in pool.pass(busy, at: hour) }
        #expect(waits[0] == 0)
        #expect(waits[1] == 2 && waits[2] == 4)
        // Half an hour later there is more for each second.
        var late = PointsPool(most: 40_000)
        _ = late.pass(busy, at: hour + 3599)
        late.spend(30_000, for: busy)
        _ = late.pass(busy, at: hour + 3599)
        #expect(late.pass(busy, at: hour + 3599) < 0.001)
    }

    @Test("are there again at the full hour")
    func renews() {
        var pool = PointsPool(most: 100)
        _ = pool.pass(busy, at: hour)
        pool.spend(100, for: busy)
        #expect((0..<2).map { _ in pool.pass(busy, at: hour + 3000) }.last == 2)
        #expect((0..<2).map { _ in pool.pass(busy, at: hour + 3600) }.last == 0)
    }

    @Test("are no fewer for a site that had less than its share when another has had more")
    func isFair() {
        var pool = PointsPool(most: 1000)
        _ = pool.pass(calm, at: hour)
        _ = pool.pass(busy, at: hour)
        pool.spend(900, for: busy)
        #expect((0..<5).map { _ in pool.pass(busy, at: hour) }.last == 8)
        #expect((0..<100).map { _ in pool.pass(calm, at: hour) }.allSatisfy { $0 == 0 })
    }

    @Test("are one for a thing and two for a person that an answer shows")
    func areCounted() {
        let person = Account(id: AccountID("1")!, displayName: "A")
        #expect(points(of: person) == 2)
        #expect(points(of: [person, person]) == 4)
        #expect(points(of: Page(items: [person], next: nil)) == 2)
        #expect(points(of: Page(items: [ProjectKey("AA")!, ProjectKey("BB")!], next: nil)) == 2)
        #expect(points(of: Watchers(count: 9, accounts: [person])) == 2)
        #expect(points(of: AttachmentSettings(isEnabled: true, uploadLimit: nil)) == 1)
    }

    @Test("are counted for a token of OAuth 2.0 alone, and for one app on all its sites together")
    func areOfApps() async throws {
        struct Tokens: TokenSource {
            let app = AppQuota(of: "app-1", by: "https://auth.example")
            let place: SiteAddress? = nil
            func access(insteadOf refused: Secret?) async throws -> SiteAccess {
                SiteAccess(token: Secret("t"), address: nil)
            }
        }
        let app = AppQuota(of: "app-1", by: "https://auth.example")
        #expect(SiteCredentials.issued(Tokens()).app == app)
        #expect(SiteCredentials.account("a", Secret("b")).app == nil)
        #expect(SiteCredentials.bearer(Secret("b")).app == nil)
        let connections = HTTPConnections()
        let ofAll = connections.points(of: app, on: calm)
        #expect(ofAll === connections.points(of: app, on: busy))
        #expect(ofAll !== connections.points(of: AppQuota(of: "app-2", by: "https://auth.example"), on: calm))
        // Whoever gives tokens of one's own is not asked which app they are for.
        #expect(ofAll !== connections.points(of: AppQuota(of: "app-1", by: "https://auth.other"), on: calm))
        let more = AppQuota(of: "app-1", by: "https://auth.example", pointsPerHour: 130_000)
        let ofBusy = connections.points(of: more, on: busy)
        #expect(ofBusy !== ofAll && ofBusy !== connections.points(of: more, on: calm))
        #expect(ofBusy === connections.points(of: more, on: busy))
        try await connections.close()
    }

    @Test("are as many as an admin sets, whatever somebody else sets for an app of the same name")
    func areSet() async throws {
        let noon = Date(timeIntervalSince1970: hour)
        let clock = CallClock(date: { noon }, elapsed: { 0 }, sleep: { _ in throw Slowed() })
        let connections = HTTPConnections(pacedBy: clock)
        func points(_ most: Int) -> AppPoints {
            connections.points(of: AppQuota(of: "app", by: "issuer", pointsPerHour: most), on: busy)
        }
        let (few, many) = (points(100), points(1000))
        #expect(points(100) === few)
        for _ in 0..<75 { try await few.pass(busy) }
        await #expect(throws: Slowed.self) { for _ in 0..<2 { try await few.pass(busy) } }
        for _ in 0..<600 { try await many.pass(busy) }
        try await connections.close()
    }

    private struct Slowed: Error {}
}
