// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import Store

@Suite("The difference of two clocks")
struct ClockDifferenceTests {
    private func difference(_ database: Double, _ start: Double, _ end: Double) -> ClockDifference {
        ClockDifference(
            noon.addingTimeInterval(database), askedAt: noon.addingTimeInterval(start),
            answeredAt: noon.addingTimeInterval(end))
    }

    @Test("is what the time that an answer took does not explain")
    func uncertainty() {
        #expect(difference(0.5, 0, 3).seconds == 0)
        #expect(difference(0, 0, 3).seconds == 0)
        #expect(difference(3, 0, 3).seconds == 0)
        #expect(difference(4.5, 0, 3).seconds == -1.5)
        #expect(difference(-2, 0, 30).seconds == 2)
    }

    @Test("is told from a second on, and refused beyond 10, in words")
    func words() {
        #expect(difference(1, 0, 0).warning == nil)
        #expect(difference(-1, 0, 0).warning == nil)
        let behind = difference(1.26, 0, 0)
        #expect(
            behind.warning
                == "The clock of this machine is 1.3 s behind that of the database. Letters are put in order by the clocks of "
                + "all machines: let NTP set them.")
        #expect(behind.isEndured)
        #expect(difference(10, 0, 0).refusal == nil)
        #expect(difference(-10, 0, 0).isEndured)
        let ahead = difference(-86_400, 0, 0)
        #expect(!ahead.isEndured)
        #expect(
            ahead.warning
                == "The clock of this machine is 86400.0 s ahead of that of the database. Letters are put in order by the "
                + "clocks of all machines: let NTP set them.")
        #expect(
            ahead.refusal?.description
                == "The clock of this machine is 86400.0 s ahead of that of the database. Nobody serves beside others with "
                + "more than 10 s, since letters are put in order by the clocks of all machines: let NTP set them, and "
                + "start again.")
    }
}
