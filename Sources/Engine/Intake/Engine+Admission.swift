// SPDX-License-Identifier: Apache-2.0

import Logging
import MailTransport
import Store

extension Engine {
    /// Returns when a letter or event may be taken in, after a pause where the disk fills up; throws where none may: who
    /// brings it is told to keep it.
    func admit(to tenant: TenantStore) async throws {
        do {
            guard try await tenant.admit() == .slowly else { return }
        } catch let error as StoreError {
            logger.warning("nothing is taken in", metadata: ["tenant": "\(tenant.id)", "error": "\(label(of: error))"])
            throw error
        }
        try await time.sleep(for: .milliseconds(500))
    }
}
