// SPDX-License-Identifier: Apache-2.0

import Engine
import Foundation
import Hummingbird
import Planning
import Store
import Vault

/// One letter or event: what became of it and why, and what can be done about it.
struct WorkPage: Sendable {
    struct Section: Sendable {
        let title: String
        let lines: [String]
    }

    /// To a mail as it was sent.
    struct MailLink: Sendable {
        let link: String
        let words: String

        init(at address: String, number: Int, of count: Int) {
            link = number == 1 ? "\(address)/mail" : "\(address)/mail?number=\(number)"
            words = count == 1 ? "The mail as it was sent" : "Mail \(number) of \(count) as it was sent"
        }
    }

    let verdict: String
    let tone: String
    /// Why it waits.
    let why: String?
    let issue: String?
    let issueLink: String?
    let details: [Pair]
    let sections: [Section]
    let hasSections: Bool
    let address: String
    let isLetter: Bool
    /// Its bytes are still there.
    let isKept: Bool
    /// Mails that were sent because of it, and are still there.
    let mails: [MailLink]
    let hasMails: Bool
    let hasPlan: Bool
    let canRerun: Bool
    let canRetry: Bool
    let canDiscard: Bool
    let hasActions: Bool
    let token: String
}

extension WorkPage {
    static func page(_ line: Line, _ ask: Ask, _ visit: AdminVisit, at now: Date) async throws -> Response {
        let found = try await FoundWork(ask.jobID, line, visit.store)
        return render("work", WorkPage(found, visit, at: now), title: found.title, for: visit.visitor)
    }

    init(_ found: FoundWork, _ visit: AdminVisit, at now: Date) {
        let ended = found.ended
        verdict = ended.map { Report(of: $0).verdict } ?? found.job?.state.verdict ?? ""
        tone = ended?.disposition.tone ?? found.job?.state.tone ?? "quiet"
        why = ended == nil ? found.said ?? found.job?.state.reason : nil
        issue = ended?.issue.map { "\($0)" }
        issueLink = ended.flatMap(visit.setup.link)
        details = found.details
        sections = (found.report?.sections ?? []).map { Section(title: $0.title, lines: $0.lines) }
        hasSections = !sections.isEmpty
        let address = Route.one(of: found.line).of(found.id)
        self.address = address
        isLetter = found.line == .letter
        isKept = found.isBodyKept
        mails = (0..<found.mailCount).map { MailLink(at: address, number: $0 + 1, of: found.mailCount) }
        hasMails = !mails.isEmpty
        hasPlan = found.plan != nil
        canRerun = found.canRerun
        canRetry = found.canRetry(at: now)
        canDiscard = found.canDiscard
        hasActions = canRerun || canRetry || canDiscard
        token = visit.visitor.formToken.reveal()
    }
}
