// SPDX-License-Identifier: Apache-2.0

import Planning
import Testing

@testable import Engine

@Suite("The seats of the line")
struct SeatsTests {
    private let globex = TenantID("globex")!

    @Test("are never all taken by one tenant while there are others")
    func areShared() {
        let seats = Seats(Bell())
        #expect(seats.room(upTo: 6, with: []) == ([], 6))
        for _ in 0..<6 { seats.take(acme) }
        #expect(seats.room(upTo: 6, with: []) == ([acme], 6))
        #expect(seats.room(upTo: 6, with: [globex]) == ([acme], 5))
        seats.leave(acme)
        #expect(seats.count == 5)
        #expect(seats.room(upTo: 6, with: [acme]) == ([acme], 6))
        #expect(seats.room(upTo: 6, with: []) == ([], 1))
    }
}
