// SPDX-License-Identifier: Apache-2.0

import MIME
import Testing

@Suite("An ordinary letter")
struct OrdinaryLetterTests {
    @Test("is no bounce, no automatic reply and no complaint", arguments: 0..<1_040)
    func noFalseAlarm(_ seed: Int) {
        var random = SplitMix(state: UInt64(seed) &* 7_919)
        let letter = random.ordinaryLetter(seed)
        let message = parse(Array(letter.utf8))
        let nature = message.nature()
        #expect([.person, .list, .automatic].contains(nature.kind), "\(nature.evidence)\n\(letter)")
        #expect(!message.from.isEmpty)
    }

    @Test("of a person is that of a person, whatever words it has", arguments: 0..<260)
    func person(_ seed: Int) {
        var random = SplitMix(state: UInt64(seed) &* 104_729)
        let letter = random.letterOfPerson(seed)
        let nature = parse(Array(letter.utf8)).nature()
        #expect(nature == Nature(.person, doubts: nature.doubts), "\(letter)")
    }
}
