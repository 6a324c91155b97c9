// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Messages that could not be fetched or kept so far: they are tried alone, after all others, and ever more seldom.
struct Suspects {
    enum Verdict {
        case again
        /// The server has failed so often that asking once more is of no use.
        case hopeless
    }

    private struct Suspect {
        var failures = 0
        var delays = 0
        var nextTry: Date
    }

    /// The first repetition follows at once: the connection may have broken by chance.
    private static let pauses: [TimeInterval] = [0, 60, 300, 1800]

    private var suspects: [UInt32: Suspect] = [:]

    /// When the next of them is due.
    var nextTry: Date? { suspects.values.map(\.nextTry).min() }

    /// The server did not give the message.
    mutating func failed(_ uid: UInt32, at now: Date) -> Verdict {
        var suspect = delayed(uid, at: now)
        suspect.failures += 1
        suspects[uid] = suspect
        return suspect.failures > Self.pauses.count ? .hopeless : .again
    }

    /// Our own side could not take it: no fault of the message.
    mutating func put(off uid: UInt32, at now: Date) {
        suspects[uid] = delayed(uid, at: now)
    }

    mutating func clear(_ uid: UInt32) {
        suspects[uid] = nil
    }

    /// Parts new messages into suspects whose time has come, and those that nothing is known against.
    /// Forgets suspects that are not among them.
    mutating func sort(_ new: [UInt32], at now: Date) -> (doubtful: [UInt32], sound: [UInt32]) {
        guard !suspects.isEmpty else { return ([], new) }
        let listed = Set(new)
        suspects = suspects.filter { listed.contains($0.key) }
        let sound = new.filter { suspects[$0] == nil }
        return (new.filter { suspects[$0].map { $0.nextTry <= now } ?? false }, sound)
    }

    private func delayed(_ uid: UInt32, at now: Date) -> Suspect {
        var suspect = suspects[uid] ?? Suspect(nextTry: now)
        suspect.nextTry = now + Self.pauses[min(suspect.delays, Self.pauses.count - 1)]
        suspect.delays += 1
        return suspect
    }
}
