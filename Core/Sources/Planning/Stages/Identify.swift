// SPDX-License-Identifier: Apache-2.0

import Jira
import MIME

/// Who is the sender to Jira? A verified account, or the default reporter.
func identify(_ it: inout Deliberation) throws(Inquiry) -> Refusal? {
    guard let address = it.letter.sender?.address else { return .senderMissing }
    it.senderIsVerified = verify(address, &it)
    let known = try it.facts.account(address)
    if known == nil, it.makesCustomers {
        it.find(.newCustomer)
        it.reporter = it.profile.defaultReporter
        it.newCustomer = NewCustomer(
            address: address, name: displayName(it.letter.sender, address), organizations: try organizations(&it))
        return nil
    }
    guard let account = known, account.isActive else {
        if it.profile.strangers == .reject {
            it.find(.strangerRejected)
            return .senderUnknown
        }
        it.find(.stranger(it.profile.defaultReporter))
        it.reporter = it.profile.defaultReporter
        return nil
    }
    if it.senderIsVerified {
        it.find(.account(account))
        it.reporter = account.id
        it.sender = account.id
    } else {
        it.find(.claimUnverified(it.profile.defaultReporter))
        it.reporter = it.profile.defaultReporter
    }
    return nil
}

private func verify(_ address: String, _ it: inout Deliberation) -> Bool {
    switch it.profile.verification {
    case .trustFrom:
        it.find(.fromTrusted)
        return true
    case .none:
        it.find(.verificationOff)
        return false
    case .authenticationResults(let authservID):
        guard let results = it.letter.authentication.first(where: { $0.isFrom(authservID) }) else {
            it.find(.noAuthenticationResults(authservID))
            return false
        }
        let verdict = results.verdict(on: address)
        it.find(.authentication(verdict, authservID))
        return verdict.isPass
    }
}

extension Deliberation {
    /// Whether a sender whom Jira does not know becomes a customer: a person with a request of one's own, where nobody else
    /// can have sent the letter.
    fileprivate var makesCustomers: Bool {
        issue == nil && senderIsVerified && letter.nature.kind == .person && profile.serviceDesk?.customers == .create
            && profile.serviceDesk?.requestType != nil
    }
}

/// Those that a new customer is to belong to, as far as Jira has them.
private func organizations(_ it: inout Deliberation) throws(Inquiry) -> [Organization.ID]? {
    guard let wanted = it.profile.serviceDesk?.organizations, !wanted.isEmpty else { return nil }
    let known = try it.facts.organizations()
    var found: [Organization] = []
    for name in wanted {
        if let organization = known.first(where: { $0.isNamed(name) }) {
            found.append(organization)
        } else {
            it.find(.organizationMissing(name))
        }
    }
    if !found.isEmpty { it.find(.organizations(found.map(\.name))) }
    return found.map(\.id)
}

private func displayName(_ sender: Mailbox?, _ address: String) -> String {
    let name = Jira.Limits.start(of: sender?.name ?? "", within: 200)
    return name.allSatisfy(\.isWhitespace) ? address : name
}
