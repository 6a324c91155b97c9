// SPDX-License-Identifier: Apache-2.0

import Foundation
import Planning
import Store
import Testing

@testable import Engine

@Suite("The sweeper")
struct SweeperTests {
    @Test("destroys mail after its 30 days, and leaves what waits for Jira until it is done (P10, P92)")
    func sweep() async throws {
        try await withWorkplace { place in
            let done = try await place.take(letter())
            try await place.work()
            #expect(try await place.audit(done)?.disposition == .created)
            let waits = try await place.take(letter(id: "two@example.com"))
            await place.sandbox.fail("503", times: 1)
            try await place.work()
            place.time.advance(40 * 86_400)
            await Sweeper(engine: place.engine).sweep()
            #expect(try await place.audit(done) == nil)
            #expect(try await place.store.counts().map(\.count) == [1])
            try await place.work()
            #expect(await place.sandbox.issues().count == 2)
            #expect(try await place.tenant.job(waits) == nil)
        }
    }
}
