// SPDX-License-Identifier: Apache-2.0

import Engine
import Hummingbird
import Planning
import Store

/// An operator removes a tenant for good, having written its name.
struct TenantRemoval: Sendable {
    let engine: Engine

    func add(to doors: Doors) {
        doors.operators(.removeTenant) { [engine] ask, _ in
            guard let tenant = TenantID(ask.form["tenant"] ?? "") else { throw Refused.notThere }
            guard ask.form["again"] == tenant.rawValue else {
                throw Refused.notDone("The tenant's name was not written into the field as it is.")
            }
            defer { engine.tenants.forget() }
            try await engine.store.removeTenant(tenant)
            return redirect(to: Route.installation.path)
        }
    }
}
