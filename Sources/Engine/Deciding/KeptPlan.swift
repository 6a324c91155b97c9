// SPDX-License-Identifier: Apache-2.0

import Foundation
public import Planning
import Store

/// A plan with the facts that it was made of, as it is kept with its job.
public struct KeptPlan: Sendable, Hashable, Codable {
    public var decider: ConfigurationID
    public var plan: Plan
    public var facts: Facts
    /// The other events that are told with this one.
    public var members: [JobID]

    init(decider: ConfigurationID, plan: Plan, facts: Facts, members: [JobID] = []) {
        self.decider = decider
        self.plan = plan
        self.facts = facts
        self.members = members
    }
}

extension TenantStore {
    func keptPlan(of job: JobID) async throws -> KeptPlan? {
        try await plan(of: job).map { try JSONDecoder().decode(KeptPlan.self, from: $0) }
    }

    func keep(_ plan: KeptPlan, for job: JobID) async throws {
        try await savePlan(try canonicalJSON(plan), of: job)
    }
}
