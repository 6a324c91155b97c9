// SPDX-License-Identifier: Apache-2.0

import Jira
import MIME

/// Who is the sender to Jira? A verified account, or the default reporter.
func identify(_ it: inout Deliberation) throws(Inquiry) -> Refusal? {
    guard let address = it.letter.sender?.address else { return .senderMissing }
    it.senderIsVerified = verify(address, &it)
    guard let account = try it.facts.account(address), account.isActive else {
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
