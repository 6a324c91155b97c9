// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The newest requests, without their bodies.
struct RequestLog: Sendable {
    struct Entry: Sendable {
        let time: Date
        let method: String
        let path: String
        let status: Int
    }

    private(set) var entries: [Entry] = []
    /// How many requests there were in all.
    private(set) var total = 0
    private let capacity = 2_000

    mutating func add(_ entry: Entry) {
        total += 1
        entries.append(entry)
        if entries.count > capacity { entries.removeFirst(capacity / 2) }
    }
}
