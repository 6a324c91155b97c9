// SPDX-License-Identifier: Apache-2.0

import Foundation
import Jira
import MailTransport
import Planning
import Testing

@testable import Engine

/// Time that stands.
private struct Still: Timekeeper {
    let now: Date

    func sleep(for duration: Duration) async throws {}
}

@Suite("The lane of an issue")
struct IssueLaneTests {
    private let place = IssueLanes.Place(tenant: acme, connection: Profile.defaultConnection, issue: IssueID("10001")!)

    private func job(_ number: Int) -> JobID {
        JobID(String(repeating: "0", count: 20) + String(100_000 + number))!
    }

    private func turn(of number: Int, _ lanes: IssueLanes, at now: Date = noon) async -> IssueLanes.Turn {
        await lanes.turn(of: job(number), place, by: Still(now: now)) { _ in Testing.Issue.record("it waited") }
    }

    @Test("is free for who comes alone, and again when that one has left")
    func isFree() async {
        let lanes = IssueLanes()
        for number in 1...2 {
            lanes.join(job(number), place, writes: 1, at: noon)
            #expect(await turn(of: number, lanes) == .now)
            lanes.leave(job(number), until: nil, at: noon)
        }
    }

    @Test("lets nobody pass who came later, and wakes who waits")
    func keepsOrder() async {
        let lanes = IssueLanes()
        lanes.join(job(2), place, writes: 1, at: noon)
        lanes.join(job(1), place, writes: 1, at: noon)
        #expect(await turn(of: 1, lanes) == .now)
        let waited = await lanes.turn(of: job(2), place, by: Still(now: noon)) { bell in
            lanes.leave(job(1), until: nil, at: noon)
            await bell.wait()
        }
        #expect(waited == .now)
    }

    @Test("keeps the place of one that will be tried again, for a minute after its time")
    func keepsPlace() async {
        let lanes = IssueLanes()
        let later = noon.addingTimeInterval(5)
        lanes.join(job(1), place, writes: 1, at: noon)
        #expect(await turn(of: 1, lanes) == .now)
        lanes.leave(job(1), until: later, at: noon)
        lanes.join(job(2), place, writes: 1, at: noon)
        #expect(await turn(of: 2, lanes) == .later(later.addingTimeInterval(0.3)))
        let muchLater = later.addingTimeInterval(61)
        lanes.join(job(2), place, writes: 1, at: muchLater)
        #expect(await turn(of: 2, lanes, at: muchLater) == .now)
    }

    @Test("sends away who comes faster than Jira takes writes, until it does")
    func paces() async {
        let lanes = IssueLanes()
        for number in 1...20 {
            lanes.join(job(number), place, writes: 1, at: noon)
            #expect(await turn(of: number, lanes) == .now)
            #expect(lanes.grant(at: place, now: noon) == noon)
            lanes.leave(job(number), until: nil, at: noon)
        }
        lanes.join(job(21), place, writes: 1, at: noon)
        guard case .later(let time) = await turn(of: 21, lanes) else {
            Testing.Issue.record("it did not wait")
            return
        }
        #expect((2...2.5).contains(time.timeIntervalSince(noon)))
        #expect(await turn(of: 21, lanes, at: time) == .now)
    }

    @Test("tells who comes that it is late, while it is, and holds no place of one that is in another by now")
    func isLate() async {
        let lanes = IssueLanes()
        func isAnyLate(at now: Date) -> Bool { lanes.isAnyLate(at: place.connection, of: acme, now: now) }
        lanes.note(place, lateUntil: noon.addingTimeInterval(5))
        lanes.note(place, lateUntil: noon.addingTimeInterval(3))
        #expect(lanes.isLate(place, now: noon) && isAnyLate(at: noon))
        #expect(!lanes.isAnyLate(at: place.connection, of: globex, now: noon))
        let later = noon.addingTimeInterval(4)
        #expect(!lanes.isLate(place, now: later) && !isAnyLate(at: later))
        var other = place
        other.issue = IssueID("10002")!
        #expect(!lanes.isLate(other, now: noon))
        lanes.join(job(1), place, writes: 1, at: noon)
        lanes.join(job(2), place, writes: 1, at: noon)
        #expect(lanes.hasPlace(job(1)) && !lanes.hasPlace(job(3)))
        lanes.join(job(1), other, writes: 1, at: noon)
        #expect(lanes.hasPlace(job(1)))
        #expect(await turn(of: 2, lanes) == .now)
    }

    @Test("counts what was written, and lets a letter begin when its first twenty writes have room")
    func countsWrites() async {
        let lanes = IssueLanes()
        // One that wrote nothing takes nobody's room.
        lanes.join(job(1), place, writes: 20, at: noon)
        #expect(await turn(of: 1, lanes) == .now)
        lanes.leave(job(1), until: nil, at: noon)
        let later = noon.addingTimeInterval(30)
        lanes.join(job(2), place, writes: 300, at: later)
        #expect(await turn(of: 2, lanes, at: later) == .now)
        let times = (0..<300).map { _ in lanes.grant(at: place, now: later).timeIntervalSince(later) }
        #expect(times[19] == 0 && times[20] > 2 && times[100] > 30 && times == times.sorted())
        #expect(times[299] < 300 / 100 * 31.6)
    }
}

/// Who went through, in their order.
private actor Passed {
    private(set) var jobs: [JobID] = []

    func add(_ job: JobID) {
        jobs.append(job)
    }
}

@Suite("The turnstile")
struct TurnstileTests {
    private let jobs = ["1", "2", "3"].map { JobID(String(repeating: "0", count: 25) + $0)! }

    @Test("lets a tenant's letters through in their order, and everybody who did not queue")
    func letsThrough() async {
        let turnstile = Turnstile()
        for job in jobs { turnstile.queue(job, of: acme) }
        let passed = Passed()
        await withDiscardingTaskGroup { group in
            for job in jobs.reversed() {
                group.addTask { [turnstile] in
                    await turnstile.reach(job, of: acme)
                    await passed.add(job)
                    turnstile.leave(job, of: acme)
                }
            }
        }
        #expect(await passed.jobs == jobs)
        await turnstile.reach(jobs[2], of: TenantID("globex")!)
    }

    @Test("closes behind nobody: one that leaves without going through makes way")
    func makesWay() async {
        let turnstile = Turnstile()
        for job in jobs { turnstile.queue(job, of: acme) }
        turnstile.leave(jobs[1], of: acme)
        turnstile.leave(jobs[0], of: acme)
        await turnstile.reach(jobs[2], of: acme)
    }
}
