// SPDX-License-Identifier: Apache-2.0

import Foundation
import Hummingbird
import Store

/// For how long things are kept: shown, and changed by a tenant's admin within what the operator allows.
struct TermsForm: Sendable {
    let mailDays: Int
    let eventDays: Int
    let leastDays = max(Terms.least.mailDays, Terms.least.eventDays)
    let mostMailDays: Int
    let mostEventDays: Int
    let words: String
    let address = Route.setTerms.path

    init(of store: TenantStore) async throws {
        let (now, later) = try await store.terms()
        let (wanted, most) = (later?.terms ?? now, store.longestTerms)
        (mailDays, eventDays) = (wanted.mailDays, wanted.eventDays)
        (mostMailDays, mostEventDays) = (most.mailDays, most.eventDays)
        words = Self.words(now, later)
    }

    private static func words(_ now: Terms, _ later: TermChange?) -> String {
        let words = "Letters, sent mail and reports are kept for \(now.mailDays) days, events for \(now.eventDays)."
        guard let later else { return words }
        let day = later.since.formatted(.iso8601.year().month().day())
        let days = "\(later.terms.mailDays) and \(later.terms.eventDays) days"
        return "\(words) From \(day) on it is \(days), for what comes then."
    }

    static func add(to doors: Doors) {
        doors.admins(.setTerms) { ask, visit in
            guard let mail = ask.form["mail"].flatMap(Int.init), let event = ask.form["event"].flatMap(Int.init) else {
                throw Refused.notDone("Both numbers of days are needed.")
            }
            do {
                try await visit.store.setTerms(Terms(mailDays: mail, eventDays: event))
            } catch let error as StoreError where error.code == .refusedTerms {
                throw Refused.notDone(error.said)
            }
            return redirect(to: Route.configuration.path)
        }
    }

    static let template = """
        <h2>Terms</h2><p>{{words}}</p>
        <form method="post" action="{{address}}" class="narrow"><input type="hidden" name="token" value="{{token}}">
        <p>What is shorter counts at once, also for what is kept already; what is longer counts for what comes from the next day on.</p>
        <p><label for="mail">Days for letters, sent mail and reports</label>
        <input id="mail" name="mail" type="number" min="{{leastDays}}" max="{{mostMailDays}}" value="{{mailDays}}" required></p>
        <p><label for="event">Days for events</label>
        <input id="event" name="event" type="number" min="{{leastDays}}" max="{{mostEventDays}}" value="{{eventDays}}" required></p>
        <p><button>Change</button></p></form>
        """
}
