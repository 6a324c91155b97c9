// SPDX-License-Identifier: Apache-2.0

import Foundation
import MailTransport
import NIOCore
import Planning
import Store
import Testing

@testable import Engine

/// A mailbox that takes mail for some people only.
private actor ChoosyMailbox: MailReception {
    private var verdicts: [String: RecipientVerdict]
    private(set) var told: [[String]] = []

    init(_ verdicts: [String: RecipientVerdict]) {
        self.verdicts = verdicts
    }

    func accepts(_ recipient: SMTPAddress, in session: SMTPSession) async -> RecipientVerdict {
        verdicts[recipient.rawValue] ?? .accepted
    }

    func begin(_ envelope: MailTransport.Envelope, in session: SMTPSession) async throws -> any LetterSink {
        TakenMail { await self.note(envelope.recipients.map(\.rawValue)) }
    }

    func takeAll() {
        verdicts = [:]
    }

    private func note(_ recipients: [String]) {
        told.append(recipients)
    }
}

private struct TakenMail: LetterSink {
    let note: @Sendable () async -> Void

    func write(_ bytes: ByteBuffer) async throws {}

    func finish() async throws -> ReceptionVerdict {
        await note()
        return .accepted(id: "1")
    }

    func abandon() async {}
}

@Suite("A mail that the server takes for some of its recipients")
struct PartialMailTests {
    /// Ada and Dana are to be told of one event, and the mailbox says what it thinks of Dana.
    private func withNews(
        for dana: RecipientVerdict, _ body: (Workplace, ChoosyMailbox, JobID) async throws -> Void
    ) async throws {
        let mailbox = ChoosyMailbox(["dana@example.com": dana])
        let server = try await SMTPServer.start(
            SMTPServerConfiguration(port: 0, name: "choosy.example"), delivering: mailbox, logger: silentLogger)
        do {
            try await withWorkplace {
                $0.outbounds[0].port = server.port
            } _: { place in
                let issue = try await place.sandbox.open("A printer")
                await place.sandbox.watch(issue.key, "Dana Weiss")
                try await place.comment("On it", on: issue, as: "Bo Lindqvist")
                try await place.tick()
                try await body(place, mailbox, try #require(try await place.events().first).id)
            }
        } catch {
            await server.shutDown(within: .zero)
            throw error
        }
        await server.shutDown(within: .zero)
    }

    @Test("goes to the others later, and not twice to those who have it")
    func goesLater() async throws {
        try await withNews(for: .tryLater) { place, mailbox, event in
            #expect(await mailbox.told == [["ada@example.com"]])
            let standing = try await place.standing(event)
            #expect(standing.state == .executing)
            #expect(standing.due == 300)
            #expect(standing.said?.contains(" refused dana@example.com: 451 4.3.0 ") == true)
            try await place.tick(after: 300)
            #expect(try await place.standing(event).due == 300)
            await mailbox.takeAll()
            try await place.afterCrash { after in
                try await after.tick(after: 300)
                #expect(await mailbox.told == [["ada@example.com"], ["dana@example.com"]])
                let record = try #require(try await after.audit(event))
                #expect(record.recipients == ["ada@example.com", "dana@example.com"])
                #expect(record.outcomes.map(\.result.words) == ["The mail left for 2 recipients."])
            }
        }
    }

    @Test("names those whom it will never take it for, and is done")
    func isNamed() async throws {
        try await withNews(for: .refused("Nobody of this name.")) { place, mailbox, event in
            #expect(await mailbox.told == [["ada@example.com"]])
            let record = try #require(try await place.audit(event))
            #expect(record.recipients == ["ada@example.com"])
            #expect(record.disposition == .notified)
            let words = try #require(record.outcomes.first?.result.words)
            #expect(words.hasPrefix("The mail left for one recipient. "))
            #expect(words.hasSuffix(" refused dana@example.com: 550 5.1.1 Nobody of this name."))
        }
    }

    @Test("is given up for the others after a day, and names them")
    func isGivenUp() async throws {
        try await withNews(for: .tryLater) { place, mailbox, event in
            try await place.tick(after: 86_000)
            #expect(try await place.standing(event).state == .executing)
            try await place.tick(after: 400)
            let record = try #require(try await place.audit(event))
            #expect(record.recipients == ["ada@example.com"])
            #expect(record.outcomes.first?.result.refused.map(\.address) == ["dana@example.com"])
            #expect(await mailbox.told == [["ada@example.com"]])
        }
    }
}
