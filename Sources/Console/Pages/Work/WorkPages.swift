// SPDX-License-Identifier: Apache-2.0

import Foundation
import Hummingbird
import NIOCore
import Planning
import Store

/// The pages of letters and of events, and what can be done about one.
struct WorkPages: Sendable {
    let now: @Sendable () -> Date

    func add(to doors: Doors) {
        doors.admins(.letters) { ask, visit in try await WorkList.page(.letter, ask, visit) }
        doors.admins(.events) { ask, visit in try await WorkList.page(.event, ask, visit) }
        doors.admins(.letter) { ask, visit in try await WorkPage.page(.letter, ask, visit, at: now()) }
        doors.admins(.event) { ask, visit in try await WorkPage.page(.event, ask, visit, at: now()) }
        doors.admins(.letterMail) { ask, visit in try await mail(ask, visit) }
        doors.admins(.eventMail) { ask, visit in try await mail(ask, visit) }
        doors.admins(.rerunLetter) { ask, visit in try await rerun(ask, visit) }
        doors.admins(.retryLetter) { ask, visit in try await retry(.letter, ask, visit) }
        doors.admins(.retryEvent) { ask, visit in try await retry(.event, ask, visit) }
        doors.admins(.discardLetter) { ask, visit in try await discard(.letter, ask, visit) }
        doors.admins(.discardEvent) { ask, visit in try await discard(.event, ask, visit) }
    }

    /// A mail that was sent because of a letter or an event, as it was (P46): the first, or the one that is asked for.
    private func mail(_ ask: Ask, _ visit: AdminVisit) async throws -> Response {
        let number = ask.query["number"].map { Int($0) ?? 0 } ?? 1
        let mails = try await visit.store.sentMails(of: ask.jobID)
        guard mails.indices.contains(number - 1) else { throw Refused.notThere }
        let mail = mails[number - 1]
        return download("mail.eml", type: "message/rfc822", ResponseBody(byteBuffer: ByteBuffer(bytes: mail)))
    }

    private func rerun(_ ask: Ask, _ visit: AdminVisit) async throws -> Response {
        let found = try await FoundWork(ask.jobID, .letter, visit.store)
        guard ask.form["sure"] == "yes" else { throw Refused.unsure }
        guard found.canRerun else { throw Refused.notDone("Only a letter that is finished can be run again.") }
        try await visit.store.rerun(found.id, at: now())
        return redirect(to: Route.letter.of(found.id))
    }

    private func retry(_ line: Line, _ ask: Ask, _ visit: AdminVisit) async throws -> Response {
        let found = try await FoundWork(ask.jobID, line, visit.store)
        if found.isHeaderOnly {
            throw Refused.notDone("Only its header is kept here: the letter itself is still in its mailbox.")
        }
        guard found.canRetry(at: now()) else {
            throw Refused.notDone("It is not waiting: it is finished, or being worked on at this moment.")
        }
        try await visit.store.takeUp(found.id, at: now(), said: "An admin asked to try again now.")
        return redirect(to: Route.one(of: line).of(found.id))
    }

    private func discard(_ line: Line, _ ask: Ask, _ visit: AdminVisit) async throws -> Response {
        let found = try await FoundWork(ask.jobID, line, visit.store)
        guard ask.form["sure"] == "yes" else { throw Refused.unsure }
        guard found.canDiscard else { throw Refused.notDone("Only what is parked can be discarded.") }
        try await visit.store.discardParked(found.id)
        return redirect(to: Route.list(of: line).path)
    }
}
