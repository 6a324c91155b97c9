// SPDX-License-Identifier: Apache-2.0

import Planning
import Store
import Testing

@testable import Engine

@Suite("The seats of the line")
struct SeatsTests {
    private let globex = TenantID("globex")!
    private let initech = TenantID("initech")!

    @Test("say who has so many of them")
    func areCounted() {
        let seats = Seats(Bell())
        #expect(seats.holders(of: 1) == [])
        for _ in 0..<6 { seats.take(acme) }
        #expect(seats.holders(of: 6) == [acme])
        #expect(seats.holders(of: 1, with: [globex]) == [acme, globex])
        seats.leave(acme)
        #expect(seats.count == 5)
        #expect(seats.holders(of: 6) == [])
        #expect(seats.holders(of: 6, with: [acme]) == [acme])
    }

    /// Two tenants with many letters, and a third with one that came last.
    private func withFlood(_ body: (Workplace, LetterLine) async throws -> Void) async throws {
        try await withWorkplace { place in
            for (tenant, address) in [(globex, "desk@example.net"), (initech, "desk@example.org")] {
                try await place.store.createTenant(tenant, name: "Another", at: noon)
                var configuration = place.configuration
                configuration.profiles[0].catchAddresses = [AddressPattern(address)!]
                try await place.apply(configuration, to: try await place.store.tenant(tenant))
            }
            for (address, count) in [("support@example.com", 20), ("desk@example.net", 20), ("desk@example.org", 1)] {
                for number in 0..<count {
                    try await place.take(letter(to: address, id: "\(number)@\(address)"), to: address)
                }
            }
            try await body(place, LetterLine(engine: place.engine))
        }
    }

    @Test("go to who has the fewest: two tenants with many letters do not keep a third waiting")
    func areShared() async throws {
        try await withFlood { place, line in
            let seats = Seats(Bell())
            let first = await line.claim(8, seats)
            #expect(first.count { $0.tenant == acme } == 4)
            #expect(first.count { $0.tenant == globex } == 3)
            #expect(first.count { $0.tenant == initech } == 1)
            for job in first { seats.take(job.tenant) }
            try await place.take(letter(to: "desk@example.org", id: "late"), to: "desk@example.org")
            seats.leave(globex)
            #expect(await line.claim(1, seats).map(\.tenant) == [initech])
        }
    }

    @Test("are not looked for again and again while all are taken, or by who has had enough")
    func areWaitedFor() async throws {
        try await withFlood { _, line in
            let seats = Seats(Bell())
            #expect(await line.pause(seats) == .milliseconds(50))
            for tenant in [globex, initech] { for _ in 0..<2 { seats.take(tenant) } }
            for _ in 0..<4 { seats.take(acme) }
            #expect(await line.pause(seats) == .seconds(60))
            let others = Seats(Bell())
            for _ in 0..<6 { others.take(acme) }
            #expect(await line.pause(others) == .milliseconds(50))
            while await !line.claim(2, others).isEmpty {}
            #expect(await line.pause(others) == .seconds(60))
        }
    }
}
