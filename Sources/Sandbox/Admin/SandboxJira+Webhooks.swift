// SPDX-License-Identifier: Apache-2.0

import Markup

/// How webhooks go astray: Jira promises no order, and that each comes at least once.
extension SandboxJira {
    /// `{"unordered": true, "reversed": 3, "copies": 2, "retries": 5}`; what is left out is as on a good day.
    func setWebhookManner(_ call: Call) throws -> Answer {
        let body = try call.object()
        func number(_ name: String, _ standard: Int, _ range: ClosedRange<Int>) throws -> Int {
            guard let number = (body[name] ?? .integer(standard)).integerValue, range.contains(number) else {
                throw JiraRefusal.badField(name, "A number from \(range.lowerBound) to \(range.upperBound).")
            }
            return number
        }
        var manner = announcer.manner
        manner.isUnordered = body["unordered"]?.boolValue ?? false
        manner.reversed = try number("reversed", 1, 1...100)
        manner.copies = try number("copies", 1, 1...10)
        manner.retries = try number("retries", 5, 0...5)
        announcer.manner = manner
        return Answer(
            200,
            [
                "unordered": .bool(manner.isUnordered), "reversed": .integer(manner.reversed),
                "copies": .integer(manner.copies), "retries": .integer(manner.retries),
            ])
    }
}
