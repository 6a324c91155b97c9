// SPDX-License-Identifier: Apache-2.0

import Foundation
import Jira
import MIME
import Planning

/// Decisions a second, on one core: every inquiry of a letter answered from a table, up to the finished plan.
@main
struct Decide {
    static func main() throws {
        for sample in [Sample.newIssue, Sample.reply] {
            let letter = sample.letter()
            let decided = try perSecond { _ = try sample.plan(for: letter) }
            print(figure("decide: \(sample.name)", decided))
            let read = try perSecond { _ = try sample.plan(for: sample.letter()) }
            print(figure("decide: \(sample.name), read from its bytes", read))
        }
    }

    private static func figure(_ name: String, _ value: Double) -> String {
        #"{"name": "\#(name)", "value": \#(Int(value)), "unit": "decisions/s"}"#
    }

    /// The median of five rounds of half a second each.
    private static func perSecond(_ work: () throws -> Void) rethrows -> Double {
        let clock = ContinuousClock()
        var rates: [Double] = []
        for _ in 0..<5 {
            let began = clock.now
            var count = 0
            var passed = Duration.zero
            while passed < .milliseconds(500) {
                for _ in 0..<20 { try work() }
                count += 20
                passed = clock.now - began
            }
            rates.append(Double(count) / (passed / .seconds(1)))
        }
        return rates.sorted()[2]
    }
}
