// SPDX-License-Identifier: Apache-2.0

import Foundation
import Jira
import Planning
import Synchronization

/// What was learnt of a Jira within the last ten minutes and seldom changes: what files it takes.
final class SiteMemory: Sendable {
    struct Place: Hashable, Sendable {
        var tenant: TenantID
        var connection: ConfigurationID
    }

    private struct Learnt: Sendable {
        var settings: AttachmentSettings
        var at: Date
    }

    private let learnt = Mutex<[Place: Learnt]>([:])

    private static let life = 600.0

    func attachmentSettings(
        at place: Place, now: Date, _ read: () async throws -> AttachmentSettings
    ) async throws -> AttachmentSettings {
        let known = learnt.withLock { $0[place] }
        if let known, abs(now.timeIntervalSince(known.at)) < Self.life { return known.settings }
        let settings = try await read()
        learnt.withLock { $0[place] = Learnt(settings: settings, at: now) }
        return settings
    }
}
