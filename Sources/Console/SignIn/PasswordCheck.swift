// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Vault

/// Compares passwords, one after the other and away from all other work: each takes 32 MiB and a good part of a second.
struct PasswordCheck: Sendable {
    private let queue = DispatchQueue(label: "martlet.passwords")

    /// As slow for an account that is not there.
    func matches(_ password: Secret, _ hash: PasswordHash?) async -> Bool {
        await withCheckedContinuation { continuation in
            queue.async {
                guard let hash = hash ?? Self.nobody else { return continuation.resume(returning: false) }
                continuation.resume(returning: hash.matches(password))
            }
        }
    }

    /// A password that nobody knows.
    private static let nobody = try? PasswordHash(of: newToken())
}
