// SPDX-License-Identifier: Apache-2.0

import Foundation
import Jira
import LocalServers
import MIME
import Markup
import Planning
import Sandbox
import Store
import TestStores
import Testing
import Vault

@testable import Engine

private let jira = Profile.defaultConnection

/// What is written down of a letter or an event, and what of it can be read on disk.
@Suite("The record")
struct PromiseTests {
    @Test(
        "P12, P13, P14, P15 of a letter has subject, sender, the reporter's key and the report, and none of it can be read on disk",
        arguments: DatabaseEngine.ends)
    func letterRecord(on engine: DatabaseEngine) async throws {
        try await withWorkplace(keepingIn: engine) { place in
            let job = try await place.take(letter())
            try await place.work()
            let record = try #require(try await place.audit(job))
            #expect(record.subject == "The printer prints stripes")
            #expect(record.sender == "ada@example.com")
            #expect(record.recipients == ["support@example.com"])
            let ada = await place.sandbox.accountID("Ada Ringer")
            #expect(record.reporter?.rawValue == ada)
            #expect(Report(of: record).text.contains("Became issue HELP-1."))
            let raw = try await place.raw()
            for word in ["prints stripes", "ada@example.com", "support@example.com", "Became", "Ada Ringer", "floor 3"]
            {
                #expect(raw.range(of: Data(word.utf8)) == nil, "\(word)")
            }
        }
    }

    @Test(
        "P9 of a letter leads to the letter, whole",
        arguments: DatabaseEngine.ends)
    func wholeLetter(on engine: DatabaseEngine) async throws {
        try await withWorkplace(keepingIn: engine) { place in
            let job = try await place.take(letter())
            try await place.work()
            #expect(try await place.tenant.audit(of: job)?.job == job)
            let body = try await place.tenant.body(of: job)
            #expect(try await body.read(0..<body.size) == letter())
        }
    }

    @Test(
        "P31, P32 of how far a letter was processed is in properties of its issue and comment, and names nobody",
        arguments: DatabaseEngine.ends)
    func properties(on engine: DatabaseEngine) async throws {
        try await withWorkplace(keepingIn: engine) { place in
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
        "P38, P39, P40, P46, P48, P49 of an event that is told: the event whole, the mail as it was sent, to whom, and none of it can be read on disk",
        arguments: DatabaseEngine.ends)
    func eventRecord(on engine: DatabaseEngine) async throws {
        try await withWorkplace(keepingIn: engine) { place in
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
            let raw = try await place.raw()
            for word in ["Somebody commented", "ada@example.com", "comment_created", "Told about", "Lindqvist"] {
                #expect(raw.range(of: Data(word.utf8)) == nil, "\(word)")
            }
            place.time.advance(30 * 86_400)
            #expect(try await place.tenant.sentMails(of: job.id).isEmpty)
        }
    }

    @Test(
        "P50 of an event is nothing where auditing is off, and the mail that was sent is not kept",
        arguments: DatabaseEngine.ends)
    func notAudited(on engine: DatabaseEngine) async throws {
        try await withWorkplace(keepingIn: engine) { place in
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
        "P33 of an issue's letters, which tells answers to it, goes with the issue that Jira deleted, whoever is told of it",
        arguments: DatabaseEngine.ends)
    func deletedIssue(on engine: DatabaseEngine) async throws {
        try await withWorkplace(keepingIn: engine) { place in
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

    @Test(
        "P24 of a letter lies beside a raw copy where an admin asked for that, and beside none without auditing",
        arguments: DatabaseEngine.ends)
    func rawCopies(on engine: DatabaseEngine) async throws {
        try await withWorkplace(keepingIn: engine) { place in
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

    @Test(
        "P35 of an event is made, and people are told, whatever a tenant has bought: nothing, something, what is over, and without auditing",
        arguments: DatabaseEngine.ends)
    func noLicence(on engine: DatabaseEngine) async throws {
        try await withWorkplace(keepingIn: engine) { place in
            let issue = try await place.sandbox.open("A printer")
            func expectMail(_ number: Int, _ standing: String) async throws {
                try await place.comment(standing, on: issue, as: "Bo Lindqvist")
                try await place.tick()
                #expect(try await place.events().map(\.state) == [.done], "\(standing)")
                #expect(await place.sandbox.told().count == number, "\(standing)")
                place.time.advance(8 * 86_400)
                await Sweeper(engine: place.engine).sweep()
                #expect(try await place.events().isEmpty)
            }
            #expect(try await place.tenant.holdings(.purchase).isEmpty)
            try await expectMail(1, "nothing was bought")
            try await place.tenant.hold(.purchase, "pack", Data("Bo".utf8), at: place.time.now)
            try await expectMail(2, "a pack was bought")
            place.time.advance(366 * 86_400)
            await Sweeper(engine: place.engine).sweep()
            #expect(try await place.tenant.holdings(.purchase).isEmpty)
            try await expectMail(3, "the pack is over")
            try await place.tenant.stopAuditing()
            try await expectMail(4, "nothing is kept")
            // Whether anybody is to be told is not the door's question either.
            try await place.change { $0.notifications = [] }
            #expect(try await place.tell(commentEvent("1", on: issue, by: "bo"), delivery: "one") == .kept)
        }
    }

    @Test(
        "P36 of an event that waits to be taken up is its bytes, sealed, and the worker alone opens them",
        arguments: DatabaseEngine.ends)
    func waitingEvent(on engine: DatabaseEngine) async throws {
        try await withWorkplace(keepingIn: engine) { place in
            let issue = try await place.sandbox.open("A printer")
            let sent = commentEvent("10001", on: issue, by: "zqmarkqz")
            #expect(try await place.tell(sent, delivery: "zqmarkqz delivery") == .kept)
            let job = try #require(try await place.events().first)
            #expect(job.state == .received)
            let raw = try await place.raw()
            for word in ["zqmarkqz", "comment_created", "A printer", "Somebody"] {
                #expect(raw.range(of: Data(word.utf8)) == nil, "\(word)")
            }
            let body = try await place.tenant.body(of: job.id)
            #expect(try await body.read(0..<body.size) == sent)
        }
    }

    @Test(
        "P37, P43, P52 of an event that no notification covers is none: no row when it was taken up, no byte after its day, no question to Jira, no mail",
        arguments: DatabaseEngine.ends)
    func uncovered(on engine: DatabaseEngine) async throws {
        try await withWorkplace(keepingIn: engine) {
            $0.notifications[0].projects = [ProjectKey("HELP")!]
        } _: { place in
            let issue = try await place.sandbox.open("Operations only", in: "OPS")
            try await place.comment("Quiet, please", on: issue, as: "Bo Lindqvist")
            #expect(try await place.bodies().count == 1)
            try await place.tick()
            #expect(try await place.events().isEmpty)
            #expect(try await place.tenant.audit(matching: AuditFilter()).isEmpty)
            #expect(await place.sandbox.told() == [])
            #expect(await place.sandbox.requests() == [])
            place.time.advance(9 * 86_400)
            await Sweeper(engine: place.engine).sweep()
            #expect(try await place.bodies() == [])
        }
    }

    @Test(
        "P5 of a notification, as it is kept, has an address of its own and roles, no name of anybody, and is sealed",
        arguments: DatabaseEngine.ends)
    func notification(on engine: DatabaseEngine) async throws {
        try await withWorkplace(keepingIn: engine) { place in
            let row = try #require(try await place.tenant.configuration(.notification).first)
            let kept = try #require(try JSONSerialization.jsonObject(with: row.payload) as? [String: Any])
            #expect(
                kept.keys.sorted() == [
                    "audience", "connection", "enabled", "events", "from", "fromName", "id", "name", "outbound",
                    "projects", "tellsActor", "template",
                ])
            #expect(kept["audience"] as? [String] == ["reporter", "watchers"])
            #expect(kept["from"] as? String == "support@example.com")
            #expect(String(decoding: row.payload, as: UTF8.self).count { $0 == "@" } == 1)
            #expect(try await place.raw().range(of: Data("support@example.com".utf8)) == nil)
        }
    }

    @Test(
        "P25 of who wrote a comment by mail is kept here, sealed, and gone when mail is",
        arguments: DatabaseEngine.ends)
    func commentSender(on engine: DatabaseEngine) async throws {
        try await withWorkplace(keepingIn: engine) { place in
            _ = try await place.take(letter())
            try await place.work()
            _ = try await place.take(
                letter(subject: "Re: HELP-1", id: "two@example.com", headers: "In-Reply-To: <one@example.com>\r\n"))
            try await place.work()
            let comment = try #require(await place.sandbox.issues().first?.comments.first?.id)
            #expect(try await place.tenant.sender(ofComment: comment, of: jira) == "ada@example.com")
            #expect(try await place.raw().range(of: Data("ada@example.com".utf8)) == nil)
            place.time.advance(30 * 86_400)
            await Sweeper(engine: place.engine).sweep()
            #expect(try await place.tenant.sender(ofComment: comment, of: jira) == nil)
        }
    }

    @Test(
        "P97 of one tenant and that of another are made by one program, side by side, and neither shows in the other",
        arguments: DatabaseEngine.ends)
    func oneOrMany(on engine: DatabaseEngine) async throws {
        try await withWorkplace(keepingIn: engine) { place in
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
