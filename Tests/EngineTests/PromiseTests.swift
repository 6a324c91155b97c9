// SPDX-License-Identifier: Apache-2.0

import Foundation
import Jira
import LocalServers
import MIME
import Markup
import Planning
import Sandbox
import Store
import Testing
import Vault

@testable import Engine

private let jira = Profile.defaultConnection

/// What is written down of a letter or an event, and what of it can be read on disk.
@Suite("The record")
struct PromiseTests {
    /// All bytes of the place's files.
    private func raw(_ place: Workplace) throws -> Data {
        var out = Data()
        for name in try FileManager.default.subpathsOfDirectory(atPath: place.folder.path) {
            if let bytes = FileManager.default.contents(atPath: place.folder.path(name)) { out.append(bytes) }
        }
        return out
    }

    @Test(
        "P12, P13, P14, P15 of a letter has subject, sender, the reporter's key and the report, and none of it can be read on disk"
    )
    func letterRecord() async throws {
        try await withWorkplace { place in
            let job = try await place.take(letter())
            try await place.work()
            let record = try #require(try await place.audit(job))
            #expect(record.subject == "The printer prints stripes")
            #expect(record.sender == "ada@example.com")
            #expect(record.recipients == ["support@example.com"])
            let ada = await place.sandbox.accountID("Ada Ringer")
            #expect(record.reporter?.rawValue == ada)
            #expect(Report(of: record).text.contains("Became issue HELP-1."))
            let raw = try raw(place)
            for word in ["prints stripes", "ada@example.com", "support@example.com", "Became", "Ada Ringer", "floor 3"]
            {
                #expect(raw.range(of: Data(word.utf8)) == nil, "\(word)")
            }
        }
    }

    @Test("P9 of a letter leads to the letter, whole")
    func wholeLetter() async throws {
        try await withWorkplace { place in
            let job = try await place.take(letter())
            try await place.work()
            #expect(try await place.tenant.audit(of: job)?.job == job)
            let body = try await place.tenant.body(of: job)
            #expect(try await body.read(0..<body.size) == letter())
        }
    }

    @Test("P31, P32 of how far a letter was processed is in properties of its issue and comment, and names nobody")
    func properties() async throws {
        try await withWorkplace { place in
            let first = try await place.take(letter())
            try await place.work()
            let second = try await place.take(
                letter(subject: "Re: HELP-1", id: "two@example.com", headers: "In-Reply-To: <one@example.com>\r\n"))
            try await place.work()
            #expect(try await place.audit(second)?.disposition == .commented)
            let issue = try #require(await place.sandbox.issues().first)
            let marks = [issue.mark, issue.comments.first?.mark].compactMap { $0?.description }
            #expect(marks.count == 2)
            #expect(marks[0].contains("one@example.com") && marks[0].contains("\(first)."))
            #expect(marks[1].contains("two@example.com") && marks[1].contains("\(second)."))
            for mark in marks {
                for word in ["ada", "support@example.com", "printer", "Ringer"] {
                    #expect(!mark.contains(word), "\(word)")
                }
            }
        }
    }

    @Test(
        "P38, P39, P40, P46, P48, P49 of an event that is told: the event whole, the mail as it was sent, to whom, and none of it can be read on disk"
    )
    func eventRecord() async throws {
        try await withWorkplace { place in
            _ = try await place.take(letter())
            try await place.work()
            let issue = try #require(await place.sandbox.issues().first)
            try await place.comment("It is mended.", on: issue, as: "Bo Lindqvist")
            let job = try #require(try await place.events().first)
            let body = try await place.tenant.body(of: job.id)
            let sent = String(decoding: try await body.read(0..<body.size), as: UTF8.self)
            let bo = await place.sandbox.accountID("Bo Lindqvist")
            #expect(sent.contains(bo))
            try await place.tick()
            let record = try #require(try await place.audit(job.id))
            #expect(record.disposition == .notified)
            #expect(record.recipients == ["ada@example.com"])
            #expect(Report(of: record).text.hasPrefix("Told about HELP-1."))
            // Still there for the system.
            #expect(try await place.tenant.body(of: job.id).size == body.size)
            let mails = try await place.tenant.sentMails(of: job.id)
            #expect(mails.count == 1)
            let caught = try #require(await place.sandbox.mails().first)
            #expect(parse(Array(mails[0])).messageID == parse(caught).messageID)
            #expect(parse(Array(mails[0])).text.contains("Somebody commented on HELP-1:\n\nwords"))
            let raw = try raw(place)
            for word in ["Somebody commented", "ada@example.com", "comment_created", "Told about", "Lindqvist"] {
                #expect(raw.range(of: Data(word.utf8)) == nil, "\(word)")
            }
            place.time.advance(30 * 86_400)
            #expect(try await place.tenant.sentMails(of: job.id).isEmpty)
        }
    }

    @Test("P50 of an event is nothing where auditing is off, and the mail that was sent is not kept")
    func notAudited() async throws {
        try await withWorkplace { place in
            _ = try await place.take(letter())
            try await place.work()
            try await place.tenant.stopAuditing()
            let issue = try #require(await place.sandbox.issues().first)
            try await place.comment("It is mended.", on: issue, as: "Bo Lindqvist")
            let job = try #require(try await place.events().first)
            try await place.tick()
            #expect(await place.sandbox.told().count == 1)
            #expect(try await place.audit(job.id) == nil)
            #expect(try await place.tenant.sentMails(of: job.id).isEmpty)
        }
    }

    @Test(
        "P33 of an issue's letters, which tells answers to it, goes with the issue that Jira deleted, whoever is told of it"
    )
    func deletedIssue() async throws {
        try await withWorkplace { place in
            _ = try await place.take(letter())
            _ = try await place.take(letter(id: "other@example.com"))
            try await place.work()
            let issues = await place.sandbox.issues()
            #expect(try await place.tenant.issue(forAnyOf: ["one@example.com"], of: jira) == issues[0].id)
            let body = """
                {"webhookEvent": "jira:issue_deleted", "issue": {"id": "\(issues[0].id)", "key": "\(issues[0].key)",
                "fields": {"summary": "x", "project": {"id": "10000", "key": "HELP", "name": "Help"}}}}
                """
            #expect(try await place.tell(Array(body.utf8), delivery: "deleted") == .kept)
            // Another Jira has an issue of that number too.
            let other = ConfigurationID("other")!
            try await place.tenant.write(
                .threaded(messageIDs: ["one@example.com"], issue: issues[0].id, of: other, at: place.time.now))
            try await place.tick()
            #expect(try await place.tenant.issue(forAnyOf: ["one@example.com"], of: other) == issues[0].id)
            #expect(try await place.tenant.issue(forAnyOf: ["one@example.com"], of: jira) == nil)
            #expect(try await place.tenant.issue(forAnyOf: ["other@example.com"], of: jira) == issues[1].id)
            #expect(try await place.events().isEmpty)
        }
    }

    @Test("P24 of a letter lies beside a raw copy where an admin asked for that, and beside none without auditing")
    func rawCopies() async throws {
        try await withWorkplace { place in
            let folder = place.folder.path("auditing")
            var settings = place.engine.settings
            settings.rawCopies = folder
            let asked = Engine(
                store: place.store, connections: place.connections, settings: settings, time: place.time,
                logger: silentLogger)
            func process(_ engine: Engine, _ id: String) async throws -> JobID {
                let job = try await place.take(letter(id: id))
                for job in try await place.store.claim(.letter, limit: 1, at: place.time.now) {
                    await LetterLine(engine: engine).work(on: job)
                }
                return job
            }
            _ = try await process(place.engine, "none@example.com")
            #expect(!FileManager.default.fileExists(atPath: folder))
            let copied = try await process(asked, "copied@example.com")
            let file = "\(folder)/2026-11-22/\(copied).eml"
            #expect(FileManager.default.contents(atPath: file) == Data(letter(id: "copied@example.com")))
            #expect(try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int == 0o600)
            func count() throws -> Int {
                try FileManager.default.subpathsOfDirectory(atPath: folder).count { $0.hasSuffix(".eml") }
            }
            try await place.store.createTenant(TenantID("globex")!, name: "Globex", at: noon)
            _ = try await process(asked, "one-of-two@example.com")
            #expect(try count() == 1)
            try await place.store.removeTenant(TenantID("globex")!)
            _ = try await process(asked, "alone-again@example.com")
            #expect(try count() == 2)
            try await place.tenant.stopAuditing()
            _ = try await process(asked, "not-audited@example.com")
            #expect(try count() == 2)
        }
    }

    @Test("P35 of an event is made whatever a tenant has bought: there is nothing that could refuse it")
    func noLicence() async throws {
        try await withWorkplace { place in
            try await place.change { $0.notifications = [] }
            let body = Array("{\"webhookEvent\": \"jira:issue_created\"}".utf8)
            #expect(try await place.tell(body, delivery: "one") == .kept)
        }
    }

    @Test("P25 of who wrote a comment by mail is kept here, sealed, and gone when mail is")
    func commentSender() async throws {
        try await withWorkplace { place in
            _ = try await place.take(letter())
            try await place.work()
            _ = try await place.take(
                letter(subject: "Re: HELP-1", id: "two@example.com", headers: "In-Reply-To: <one@example.com>\r\n"))
            try await place.work()
            let comment = try #require(await place.sandbox.issues().first?.comments.first?.id)
            #expect(try await place.tenant.sender(ofComment: comment, of: jira) == "ada@example.com")
            #expect(try raw(place).range(of: Data("ada@example.com".utf8)) == nil)
            place.time.advance(30 * 86_400)
            await Sweeper(engine: place.engine).sweep()
            #expect(try await place.tenant.sender(ofComment: comment, of: jira) == nil)
        }
    }

    @Test("P97 of one tenant and that of another are made by one program, side by side, and neither shows in the other")
    func oneOrMany() async throws {
        try await withWorkplace { place in
            let other = TenantID("other")!
            try await place.store.createTenant(other, name: "Other", at: place.time.now)
            var configuration = place.configuration
            configuration.profiles[0].catchAddresses = [AddressPattern("sales@example.com")!]
            try await place.apply(configuration, to: try await place.store.tenant(other))
            let mine = try await place.take(letter())
            let theirs = try await place.take(
                letter(to: "sales@example.com", id: "s@example.com"), to: "sales@example.com")
            try await place.work()
            #expect(try await place.audit(mine) != nil)
            #expect(try await place.audit(theirs) == nil)
            #expect(try await place.store.tenant(other).audit(of: theirs) != nil)
            #expect(try await place.store.tenant(other).audit(of: mine) == nil)
        }
    }
}
