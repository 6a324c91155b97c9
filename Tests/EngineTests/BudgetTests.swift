// SPDX-License-Identifier: Apache-2.0

import Foundation
import Jira
import Planning
import Sandbox
import Store
import Testing

@testable import Engine
@testable import Sandbox
@testable import WebClient

/// What an app of OAuth 2.0 may call, from the letters to the stand-in that counts, by a clock that only the test and those who
/// wait move.
@Suite("The budgets of an app")
struct BudgetTests {
    private let jira = Profile.defaultConnection

    /// Letters that are there at the same moment.
    private func take(_ count: Int, _ place: Workplace) async throws {
        for number in 0..<count {
            try await place.take(letter(id: "\(number)@example.com"))
            place.time.advance(-0.999)
        }
    }

    /// Works until nothing is left; some time passes with each look, as a pause of less than that would never end.
    private func finish(_ place: Workplace) async throws {
        while let due = try await place.store.nextDue(.letter) {
            place.time.advance(max(0.002, due.timeIntervalSince(place.time.now)))
            try await place.work()
        }
    }

    private func refusals(_ place: Workplace) async -> [String: Int] { await place.sandbox.jira.limits.reasons }

    @Test("of calls a second keep all letters below what the site takes", arguments: [true, false])
    func bursts(isBudgeted: Bool) async throws {
        try await withApp(limits: RateLimitSettings(burst: 65)) { place in
            _ = try await place.consent()
            if isBudgeted {
                // The stand-in's address is none of Atlassian's, for which the documented rates count.
                let way = try #require(try await place.setup().site(jira)?.way)
                _ = place.connections.traffic(on: way, rates: [.method(.get): 30, .method(.post): 30])
            }
            try await take(100, place)
            let start = place.time.now
            try await place.work()
            try await finish(place)
            #expect(await place.sandbox.issues().count == 100)
            if isBudgeted {
                #expect(await refusals(place) == [:])
                // Thirty at once, and thirty in each second: the hundredth goes after more than two.
                #expect((2..<10).contains(place.time.now.timeIntervalSince(start)))
            } else {
                #expect(await refusals(place).keys.sorted() == ["jira-burst-based"])
            }
        }
    }

    @Test("of points an hour slow it down from three quarters on, and what an admin sets is another budget")
    func points() async throws {
        for (points, wanted) in [(1000, 60.0..<3600.0), (nil, 0.0..<5.0)] as [(Int?, Range<Double>)] {
            try await withApp(pointsPerHour: points) { place in
                _ = try await place.consent()
                try await take(220, place)
                let start = place.time.now
                try await place.work()
                try await finish(place)
                #expect(await place.sandbox.issues().count == 220)
                #expect(wanted.contains(place.time.now.timeIntervalSince(start)), "\(points ?? 0)")
            }
        }
    }

    @Test("that Jira says are used up are left alone to the full hour, and every letter goes then")
    func usedUp() async throws {
        try await withApp(limits: RateLimitSettings(pointsPerHour: 300)) { place in
            _ = try await place.consent()
            try await take(100, place)
            let start = place.time.now
            try await place.work()
            #expect(await refusals(place) == ["jira-quota-tenant-based": 1])
            // Another tenant's app at the same Jira is not this one.
            let other = try #require(try await place.engine.tenants.setup(acme).site(jira)?.way)
            let neighbour = Holds.Caller(tenant: globex, connection: jira, way: other)
            try await place.engine.holds.respecting(neighbour) {}
            try await finish(place)
            #expect(await place.sandbox.issues().count == 100)
            #expect(place.time.now.timeIntervalSince(start) > 600)
            #expect(await place.sandbox.jira.limits.unheeded == 0)
        }
    }
}
