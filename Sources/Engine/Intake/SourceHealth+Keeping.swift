// SPDX-License-Identifier: Apache-2.0

import Foundation
import MailTransport
import Planning
import Store

extension TenantStore {
    func note(_ health: MailTransport.SourceHealth, of source: ConfigurationID, at now: Date) async throws {
        switch health {
        case .online(let since, let looked, let complaint):
            try await setHealth(
                .init(
                    source: source.rawValue, isOnline: true, changedAt: since, checkedAt: looked, said: complaint ?? "")
            )
        case .offline(let outage):
            try await setHealth(
                .init(
                    source: source.rawValue, isOnline: false, changedAt: outage.since, checkedAt: now, said: outage.said
                ))
        }
    }
}
