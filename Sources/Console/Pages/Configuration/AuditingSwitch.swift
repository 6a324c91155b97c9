// SPDX-License-Identifier: Apache-2.0

import Hummingbird
import Planning
import Store

/// Off by a tenant's admin (P16), on again by an operator alone (P17).
struct AuditingSwitch: Sendable {
    let store: InstallationStore

    /// What an admin gives up, said before it is done (P18).
    static let consequence =
        "Without auditing, nothing of a letter, an event or a mail that was sent is kept once its work is done: no report "
        + "says why something happened, nothing can be looked up, run again or made a case, and support cannot help with "
        + "what is past. What is kept already stays to its end. Only an operator can switch auditing on again."

    func add(to doors: Doors) {
        doors.admins(.stopAuditing) { ask, visit in
            guard ask.form["sure"] == "yes" else { throw Refused.unsure }
            try await visit.store.stopAuditing()
            return redirect(to: Route.configuration.path)
        }
        doors.operators(.resumeAuditing) { [store] ask, _ in
            guard let tenant = TenantID(ask.form["tenant"] ?? "") else { throw Refused.notThere }
            try await store.resumeAuditing(of: tenant)
            return redirect(to: Route.installation.path)
        }
    }
}
