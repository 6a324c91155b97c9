// SPDX-License-Identifier: Apache-2.0

import Foundation
import Jira
public import Planning
import Store
import WebClient

/// What a decision would be, and the facts it rests on. Nothing was done.
public struct Rehearsal: Sendable {
    public let plan: Plan
    public let facts: Facts
}

extension Engine {
    /// Decides about a letter, as it came, with live reads. There is nothing here that could write.
    public func rehearse(
        _ raw: [UInt8], envelope: Planning.Envelope = Planning.Envelope(), under profile: Profile,
        of tenant: TenantID
    ) async throws -> Rehearsal {
        let setup = try await tenants.setup(tenant)
        guard let site = setup.sites[profile.connection] else { throw SetupMissing.connection(profile.connection) }
        let letter = read(raw, as: Self.rehearsedJob, receivedAt: now, envelope: envelope)
        let finder = FactFinder(
            setup: setup, connection: profile.connection, site: site, job: Self.rehearsedJob)
        var known = Facts(now: now, deployment: site.deployment)
        known.textLimit = memory.textLimit(
            at: SiteMemory.Place(tenant: tenant, connection: profile.connection), now: now)
        let decided = try await deciding(at: now, with: finder, from: known) { facts throws(Inquiry) in
            try decide(letter, under: profile, knowing: facts)
        }
        return Rehearsal(plan: decided.plan, facts: decided.facts)
    }

    /// What a profile, perhaps a changed one, makes of a kept letter with the facts of that time.
    ///
    /// A changed profile may ask what was not asked then: nobody can answer that now, and the questions are given back.
    public func replay(_ job: JobID, under profile: Profile?, of tenant: TenantID) async throws -> Replay {
        let setup = try await tenants.setup(tenant)
        guard let found = try await setup.store.job(job), let kept = try await setup.store.keptPlan(of: job) else {
            throw SetupMissing(description: "No plan is kept for \(job).")
        }
        guard let profile = profile ?? setup.profile(kept.decider) else {
            throw SetupMissing(description: "The profile \"\(kept.decider)\" is not there any more.")
        }
        let letter = try await ReadLetter.open(found, of: setup.store).letter
        do {
            return .decided(try decide(letter, under: profile, knowing: kept.facts), before: kept.plan)
        } catch {
            return .unanswered(error.questions)
        }
    }

    /// Stands for a letter that is not kept.
    static let rehearsedJob = JobID("00000000000000000000000000")!
}

/// What came of a replay.
public enum Replay: Sendable {
    case decided(Plan, before: Plan)
    case unanswered([Question])
}

extension Engine {
    /// The profile that decided about a letter.
    public func decider(of job: JobID, in setup: TenantSetup) async throws -> ConfigurationID {
        guard let kept = try await setup.store.keptPlan(of: job) else {
            throw SetupMissing(description: "No plan is kept for \(job).")
        }
        return kept.decider
    }
}
