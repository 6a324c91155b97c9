// SPDX-License-Identifier: Apache-2.0

import Foundation
import Markup
import Planning
import Sandbox
import Store
import Testing

@testable import Engine

/// What Jira's being away may not change: the order in which letters to one issue arrive.
@Suite("After an outage")
struct OutageTests {
    private func reply(_ place: Workplace, _ name: String) async throws -> JobID {
        try await place.take(letter(subject: "Re: HELP-1 A printer", id: "\(name)@example.org", body: "\(name)\r\n"))
    }

    private func arrived(_ place: Workplace) async -> [String] {
        await place.sandbox.issues()[0].comments.compactMap { comment in
            comment.mark?["action"]?.stringValue.map { String($0.prefix(26)) }
        }
    }

    @Test(
        "letters to one issue go in the order in which they came",
        arguments: ["GET", "POST"], ["503", "401", "429"])
    func keepsOrder(method: String, fault: String) async throws {
        try await withWorkplace { place in
            _ = try await place.sandbox.open("A printer")
            var letters = [try await reply(place, "one"), try await reply(place, "two")]
            await place.sandbox.fail(fault, method, times: 1000)
            for _ in 0..<20 {
                try await place.workOnAllDue()
                place.time.advance(10)
            }
            letters += [try await reply(place, "three")]
            await place.sandbox.mend()
            letters += [try await reply(place, "four")]
            try await place.workOnAllDue()
            letters += [try await reply(place, "five")]
            try await place.workToTheEnd()
            #expect(await arrived(place) == letters.map(\.rawValue))
        }
    }

    @Test("letters to one issue keep their order also when Martlet is started anew in between")
    func keepsOrderAfterRestart() async throws {
        try await withWorkplace { place in
            _ = try await place.sandbox.open("A printer")
            var letters = [try await reply(place, "one"), try await reply(place, "two")]
            await place.sandbox.fail("503", times: 1000)
            for _ in 0..<20 {
                try await place.workOnAllDue()
                place.time.advance(10)
            }
            await place.sandbox.mend()
            try await place.afterCrash { after in
                await LetterLine(engine: after.engine).rememberForerunners()
                letters += [try await reply(after, "three")]
                try await after.workOnAllDue()
                try await after.workToTheEnd()
                #expect(await arrived(after) == letters.map(\.rawValue))
            }
        }
    }

    @Test("a letter that fails again and again, though Jira is well, lets those behind it go")
    func letsGo() async throws {
        try await withWorkplace { place in
            _ = try await place.sandbox.open("A printer")
            let poisoned = try await reply(place, "one")
            let sound = try await reply(place, "two")
            await place.sandbox.fail("500", "GET", "/rest/api/3/issue/HELP-1", times: 8)
            for _ in 0..<30 where try await place.audit(sound) == nil {
                place.time.advance(10)
                try await place.workOnAllDue()
            }
            try await place.workToTheEnd()
            #expect(await Set(arrived(place)) == [poisoned.rawValue, sound.rawValue])
        }
    }
}

@Suite("Letters that were put off before their issue was known")
struct ForerunnerTests {
    private let site = Forerunners.Site(tenant: acme, connection: Profile.defaultConnection)

    private func job(_ number: Int) -> JobID {
        JobID(String(repeating: "0", count: 20) + String(100_000 + number))!
    }

    @Test("hold up only what came later, at the same Jira, until a minute after their time")
    func holdUp() {
        let forerunners = Forerunners()
        let until = noon.addingTimeInterval(30)
        forerunners.putOff(job(5), at: site, until: until)
        forerunners.putOff(job(3), at: site, until: until)
        #expect(forerunners.first(before: job(2), at: site, now: noon) == nil)
        #expect(forerunners.first(before: job(4), at: site, now: noon) == until)
        #expect(forerunners.first(before: job(6), at: site, now: noon.addingTimeInterval(90)) == until)
        let other = Forerunners.Site(tenant: TenantID("globex")!, connection: Profile.defaultConnection)
        #expect(forerunners.first(before: job(6), at: other, now: noon) == nil)
        forerunners.remove(job(3), at: site)
        #expect(forerunners.first(before: job(4), at: site, now: noon) == nil)
        #expect(forerunners.first(before: job(6), at: site, now: noon) == until)
        #expect(forerunners.first(before: job(6), at: site, now: noon.addingTimeInterval(91)) == nil)
    }

    @Test("are many after a long outage, and are found at once all the same")
    func areMany() {
        let forerunners = Forerunners()
        for number in 0..<100_000 { forerunners.putOff(job(number), at: site, until: noon) }
        let clock = ContinuousClock()
        let taken = clock.measure {
            for number in 0..<100_000 {
                #expect(forerunners.first(before: job(number), at: site, now: noon) == nil)
                forerunners.remove(job(number), at: site)
            }
        }
        #expect(taken < .seconds(20))
    }
}
