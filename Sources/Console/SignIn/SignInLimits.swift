// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization

/// Bounds how often a password may be guessed, for each account name and from each address.
///
/// A name counts whether there is such an account or not. An attempt counts before it is looked at, so that many at once
/// are no way around.
final class SignInLimits: Sendable {
    static let window: TimeInterval = 15 * 60
    static let attemptsPerName = 10
    static let attemptsPerAddress = 30
    /// Names and addresses that are remembered at most.
    static let places = 20_000

    private enum Key: Hashable {
        case name(String)
        case address(String)

        var limit: Int {
            switch self {
            case .name: SignInLimits.attemptsPerName
            case .address: SignInLimits.attemptsPerAddress
            }
        }
    }

    private let attempts = Mutex<[Key: [Date]]>([:])

    /// Nil when the attempt may be made, and counts; else how long to wait.
    func take(name: String, address: String, at now: Date) -> TimeInterval? {
        let keys = [Key.name(name.lowercased()), .address(address)]
        return attempts.withLock { attempts in
            if attempts.count > Self.places { attempts = attempts.filter { $0.value.contains { isRecent($0, now) } } }
            var wait: TimeInterval?
            for key in keys {
                let recent = (attempts[key] ?? []).filter { isRecent($0, now) }
                attempts[key] = recent.isEmpty ? nil : recent
                guard recent.count >= key.limit, let first = recent.first else { continue }
                wait = max(wait ?? 0, first.addingTimeInterval(Self.window).timeIntervalSince(now))
            }
            if let wait { return wait }
            guard attempts.count <= Self.places else { return Self.window }
            for key in keys { attempts[key, default: []].append(now) }
            return nil
        }
    }

    /// Who signed in well did not guess.
    func forgive(name: String) {
        attempts.withLock { $0[.name(name.lowercased())] = nil }
    }
}

private func isRecent(_ time: Date, _ now: Date) -> Bool {
    abs(now.timeIntervalSince(time)) < SignInLimits.window
}
