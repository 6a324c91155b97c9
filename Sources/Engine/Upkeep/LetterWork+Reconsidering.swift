// SPDX-License-Identifier: Apache-2.0

import Foundation
import Jira
import Planning
import Store
import WebClient

extension LetterWork {
    /// Another plan, where Jira refused the first action of this one for what was taken for granted: how much text it takes,
    /// or which types of issue or request the project has. Nothing where Jira's refusal stands.
    func reconsidered(
        _ kept: KeptPlan, after refusal: WebClientError, _ read: ReadLetter, under profile: Profile,
        on site: JiraSite
    ) async throws -> KeptPlan? {
        guard refusal.code == .badRequest else { return nil }
        var facts = kept.facts
        if let complaint = refusal.objections.textTooLong {
            guard let limit = complaint.limit(after: facts.textLimit ?? Limits.safeText) else { return nil }
            facts.textLimit = limit.characters
            if limit.isOfSite {
                engine.memory.learn(textLimit: limit.characters, at: memoryPlace(profile), now: engine.now)
            }
        } else {
            // Of a request Jira does not say which field it objects to.
            let isOfTypes = !refusal.objections.fields.isEmpty || facts.answer(to: .serviceDesk(profile.project)) != nil
            guard isOfTypes, forgetsTypes(of: profile, kept.facts) else { return nil }
            facts.forget(.issueTypes(profile.project))
            facts.forget(.serviceDesk(profile.project))
        }
        let other = try await decided(read, under: profile, on: site, twin: nil, from: facts)
        guard other.plan != kept.plan, other.plan.existingIssue == kept.plan.existingIssue else { return nil }
        return other
    }

    /// Whether Jira is to be asked anew what the issues and requests of the project can be: it was not for this decision.
    func forgetsTypes(of profile: Profile, _ facts: Facts) -> Bool {
        let (project, place) = (profile.project, memoryPlace(profile))
        var isAsked = false
        if case .issueTypes(_?)? = facts.answer(to: .issueTypes(project)) {
            isAsked = engine.memory.forgetIssueTypes(of: project, at: place, decided: facts.now)
        }
        if case .serviceDesk(_?)? = facts.answer(to: .serviceDesk(project)) {
            isAsked = engine.memory.forgetServiceDesk(of: project, at: place, decided: facts.now) || isAsked
        }
        return isAsked
    }

    private func memoryPlace(_ profile: Profile) -> SiteMemory.Place {
        SiteMemory.Place(tenant: setup.id, connection: profile.connection)
    }

    /// A plan by what is known already, and what more it needs.
    ///
    /// - Parameter twin: The same letter, where it was kept before.
    func decided(
        _ read: ReadLetter, under profile: Profile, on site: JiraSite, twin: JobID?, from known: Facts? = nil
    ) async throws -> KeptPlan {
        let finder = finder(under: profile, on: site, twin: twin)
        let decided = try await deciding(at: engine.now, with: finder, from: known) { facts throws(Inquiry) in
            try decide(read.letter, under: profile, knowing: facts)
        }
        return KeptPlan(decider: profile.id, plan: decided.plan, facts: decided.facts)
    }

    func finder(under profile: Profile, on site: JiraSite, twin: JobID?) -> FactFinder {
        FactFinder(
            setup: setup, connection: profile.connection, site: site, job: job.id, earlierCopy: twin,
            memory: engine.memory)
    }
}

extension Objections {
    /// Jira's complaint about the length of the text, where it has one. Of a request Jira does not say which field it objects
    /// to: there it is known by Cloud's limit, which is the same everywhere.
    var textTooLong: TextTooLong? {
        let ofText = ["comment", "description"].compactMap { fields[$0] }
        return ofText.lazy.compactMap { TextTooLong($0) }.first
            ?? messages.lazy.compactMap { TextTooLong($0) }.first { $0.stated == Limits.text }
    }
}
