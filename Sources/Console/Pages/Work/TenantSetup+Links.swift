// SPDX-License-Identifier: Apache-2.0

import Engine
import Planning

extension TenantSetup {
    /// The address of the issue in the Jira that the decider is set up with; nil when that is gone.
    func link(to record: AuditRecord) -> String? {
        guard let key = record.issue, let decider = record.decider else { return nil }
        let connection = record.line == .letter ? profile(decider)?.connection : decider
        guard let site = configuration.connections.first(where: { $0.id == connection })?.site,
            site.hasPrefix("https://") || site.hasPrefix("http://")
        else { return nil }
        return "\(site.hasSuffix("/") ? String(site.dropLast()) : site)/browse/\(key)"
    }
}
