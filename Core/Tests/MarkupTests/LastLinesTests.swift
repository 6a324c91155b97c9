// SPDX-License-Identifier: Apache-2.0

import Markup
import Testing

@Suite("The last lines of a person")
struct LastLinesTests {
    static let kept = [
        "Hello,\n\nPlease call me on my phone.",
        "Hello,\n\nIch habe die Unterlagen heute noch einmal per E-Mail gesendet.",
        "Hello,\n\nVon meinem Handy aus geht es nicht.",
        "Hello,\n\nFrom my phone the login still fails",
        "Hello,\n\nShe was not the intended recipient. Please resend it to Bob.",
        "First answer.\n_____\nAlso, can you reset my password?",
    ]

    @Test("stay, though they say what footers say", arguments: kept)
    func stay(_ text: String) {
        #expect(trim(text: text).reply == text)
    }
}
