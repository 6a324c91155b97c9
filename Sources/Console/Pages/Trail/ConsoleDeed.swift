// SPDX-License-Identifier: Apache-2.0

import Foundation
import Planning
import Store

/// What is done by the console; the names are in trails that outlive a release.
enum ConsoleDeed: String, Sendable, CaseIterable {
    case signIn = "sign-in"
    case signOut = "sign-out"
    case readLetter = "read-letter"
    case downloadLetter = "download-letter"
    case makeCase = "make-case"
    case rerunLetter = "rerun-letter"
    case retry
    case discard
    case stopAuditing = "stop-auditing"
    case setTerms = "set-terms"
    case connect
    case resumeAuditing = "resume-auditing"
    case removeTenant = "remove-tenant"

    var words: String {
        switch self {
        case .signIn: "Signed in"
        case .signOut: "Signed out"
        case .readLetter: "Read a letter"
        case .downloadLetter: "Downloaded a letter"
        case .makeCase: "Took a file of a case"
        case .rerunLetter: "Asked to run a letter again"
        case .retry: "Asked to try again at once"
        case .discard: "Asked to discard what was parked"
        case .setTerms: "Asked to change how long things are kept"
        case .stopAuditing: "Asked to switch auditing off"
        case .connect: "Asked to connect a Jira"
        case .resumeAuditing: "Asked to switch auditing on"
        case .removeTenant: "Asked to remove a tenant"
        }
    }
}

extension InstallationStore {
    /// Before it is done, so that nothing is done that is not in the trail.
    func record(_ route: Route, _ ask: Ask, of visitor: Visitor, at time: Date) async throws {
        guard let deed = route.deed else { return }
        try await record(
            Deed(by: visitor.account, what: deed.rawValue, about: ask.subject), of: visitor.role, at: time)
    }

    /// Into the trail of the tenant, or into that of the installation; what an operator does to a tenant, into both.
    func record(_ deed: Deed, of role: Account.Role, at time: Date) async throws {
        switch role {
        case .tenantAdmin(let tenant): try await self.tenant(tenant).trail.add(deed, at: time)
        case .operator:
            try await trail.add(deed, at: time)
            if let tenant = TenantID(deed.about), try await tenants().contains(where: { $0.id == tenant }) {
                try await self.tenant(tenant).trail.add(deed, at: time)
            }
        }
    }
}
