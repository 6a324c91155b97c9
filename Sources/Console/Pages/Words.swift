// SPDX-License-Identifier: Apache-2.0

import Foundation
import Planning

/// `2026-11-22 08:15:04 UTC`
func words(_ time: Date) -> String {
    time.formatted(.iso8601).replacing("T", with: " ").replacing("Z", with: " UTC")
}

func words(bytes: Int) -> String {
    switch bytes {
    case ..<1_000: bytes == 1 ? "1 byte" : "\(bytes) bytes"
    case ..<1_000_000: "\((bytes + 500) / 1_000) kB"
    default: "\(bytes / 1_000_000).\(bytes % 1_000_000 / 100_000) MB"
    }
}

extension Disposition {
    /// As a choice and in lists.
    var word: String {
        switch self {
        case .created: "became an issue"
        case .commented: "became a comment"
        case .notified: "told by mail"
        case .dropped: "dropped"
        case .ignored: "left in its mailbox"
        case .rejected: "rejected"
        case .parked: "parked"
        case .merged: "told with another event"
        }
    }

    /// The class of the style sheet.
    var tone: String {
        switch self {
        case .created, .commented, .notified, .merged: "good"
        case .dropped, .ignored: "quiet"
        case .rejected: "bad"
        case .parked: "wait"
        }
    }
}

/// A name and a value of a list.
struct Pair: Sendable {
    let name: String
    let value: String
}
