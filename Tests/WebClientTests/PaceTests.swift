// SPDX-License-Identifier: Apache-2.0

import Foundation
import Jira
import Testing

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

    @Test("keeps writes that belong together together, and takes more than fit for as many as fit")
    func keepsGroups() {
        var pace = WritePace.ofIssue
        #expect(pace.grant(15, at: start) == start)
        #expect(pace.grant(5, at: start) == start)
        #expect(pace.grant(6, at: start).timeIntervalSince(start) > 2)
        var other = WritePace.ofIssue
        #expect(other.grant(500, at: start) == start)
        #expect(other.grant(0, at: start).timeIntervalSince(start) > 2)
    }
}

@Suite("The budget of a site")
struct SiteBudgetTests {
    @Test("lets a burst go at once, and then as many a second as the site takes, first come first served")
    func letsBurstGo() {
        var budget = SiteBudget(rates: [.get: 100])
        let waits = (0..<300).map { _ in budget.pass(.get, at: 0) }
        #expect(waits[..<100].allSatisfy { $0 == 0 })
        #expect(waits == waits.sorted())
        #expect(abs(waits[299] - 2) < 0.01)
        #expect(budget.pass(.post, at: 0) == 0)
        #expect(budget.pass(.get, at: 100) == 0)
    }

    @Test("spreads what is left over the time until it is renewed, up to two seconds a call")
    func spreads() {
        var budget = SiteBudget(rates: [:])
        budget.learn(remaining: 10, renewedIn: 10, at: 0)
        #expect((0..<3).map { _ in budget.pass(.get, at: 0) } == [0, 1, 2])
        #expect(budget.pass(.get, at: 11) == 0)
        budget.learn(remaining: 0, renewedIn: 3000, at: 20)
        #expect((0..<2).map { _ in budget.pass(.put, at: 20) } == [0, 2])
    }

    @Test("is what Atlassian documents for its own hosts, and unlimited elsewhere")
    func isDocumented() {
        for address in ["https://x.atlassian.net", "https://api.atlassian.com/ex/jira/1"] {
            #expect(SiteAddress(address)?.rates[.post] == 100)
            #expect(SiteAddress(address)?.rates[.put] == 50)
        }
        for address in ["https://jira.example.com/jira", "https://atlassian.net.example.com", "http://127.0.0.1:1"] {
            #expect(SiteAddress(address)?.rates == [:])
        }
    }
}
