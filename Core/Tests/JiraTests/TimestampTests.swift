// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import Jira

@Suite("A time as Jira writes it")
struct TimestampTests {
    @Test(
        "is read",
        arguments: [
            ("1970-01-01T00:00:00.000+0000", 0),
            ("2026-03-02T10:00:00.000+0100", 1_772_442_000_000),
            ("2019-02-15T19:11:18.321-0800", 1_550_286_678_321),
            ("2024-02-29T23:59:59.999+0000", 1_709_251_199_999),
            ("2000-03-01T00:00:00+0000", 951_868_800_000),
            ("1969-12-31T23:59:59.5+0000", -500),
            ("2026-03-02T10:00:00.123456Z", 1_772_445_600_123),
            ("2026-03-02T10:00:00.000+05:30", 1_772_425_800_000),
        ])
    func isRead(_ text: String, _ milliseconds: Int) throws {
        let time = try #require(date(jira: text))
        #expect(Int((time.timeIntervalSince1970 * 1000).rounded()) == milliseconds)
    }

    @Test(
        "is not guessed",
        arguments: [
            "", "yesterday", "2026-03-02", "2026-03-02T10:00:00.000", "2026-03-02 10:00:00.000+0000",
            "2026-13-02T10:00:00.000+0000", "2026-03-02T25:00:00.000+0000", "2026-03-02T10:00:00.+0000",
            "2026-03-02T10:00:00.000*0000", "2026-03-02T10:00:00.000+00", "٢٠٢٦-03-02T10:00:00.000+0000",
        ])
    func isNotGuessed(_ text: String) {
        #expect(date(jira: text) == nil)
    }
}
