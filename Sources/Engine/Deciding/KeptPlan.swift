// SPDX-License-Identifier: Apache-2.0

import Foundation
public import Planning
import Store

/// A plan with the facts that it was made of, as it is kept with its job.
public struct KeptPlan: Sendable, Hashable, Codable {
    public var decider: ConfigurationID
    public var plan: Plan
    public var facts: Facts

    func step(of job: JobID) throws -> Step {
        .planned(job, try canonicalJSON(self))
    }
}

extension TenantStore {
    func keptPlan(of job: JobID) async throws -> KeptPlan? {
        try await plan(of: job).map { try JSONDecoder().decode(KeptPlan.self, from: $0) }
    }
}
