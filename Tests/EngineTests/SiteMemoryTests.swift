// SPDX-License-Identifier: Apache-2.0

import Foundation
import Jira
import Planning
import Store
import Testing

@testable import Engine

@Suite("What is remembered of a Jira")
struct SiteMemoryTests {
    private let help = ProjectKey("HELP")!
    private let here = SiteMemory.Place(tenant: acme, connection: Profile.defaultConnection)
    private let ask = "GET /rest/api/3/issue/createmeta/HELP/issuetypes 200"

    private func letters(_ count: Int) -> [[UInt8]] {
        (0..<count).map { letter(id: "\($0)@example.com", body: "This is letter \($0).\r\n") }
    }

    private func remember(_ types: [IssueType], _ place: Workplace) async throws {
        _ = try await place.engine.memory.issueTypes(of: help, at: here, now: place.time.now) { types }
        place.time.advance(1)
    }

    @Test("is which issue types a project has, for ten minutes and for all letters")
    func keepsTypes() async throws {
        try await withWorkplace { place in
            for letter in letters(3) { try await place.take(letter) }
            try await place.work()
            #expect(await place.sandbox.issues().count == 3)
            #expect(await place.sandbox.requests().filter { $0 == ask }.count == 1)
            try await place.take(letter(id: "late@example.com", body: "Later.\r\n"))
            try await place.work(after: 600)
            #expect(await place.sandbox.requests().filter { $0 == ask }.count == 2)
        }
    }

    @Test("is asked anew when Jira refuses a field of a new issue, and the letter goes on at once")
    func asksAfterRefusal() async throws {
        try await withWorkplace { place in
            try await remember([IssueType(id: IssueTypeID("99")!, name: "Task")], place)
            let job = try await place.take(letter())
            try await place.work()
            #expect(
                await place.sandbox.requests() == [
                    "GET /rest/api/3/user/search 200", "POST /rest/api/3/issue 400", ask, "POST /rest/api/3/issue 201",
                ])
            #expect(await place.sandbox.issues().map(\.key) == ["HELP-1"])
            #expect(try await place.audit(job)?.outcomes.map(\.result.words) == ["Issue HELP-1 was created."])
        }
    }

    @Test("is asked anew before a letter waits for an issue type that it does not know")
    func asksBeforeParking() async throws {
        try await withWorkplace { place in
            try await remember([IssueType(id: IssueTypeID("10002")!, name: "Bug")], place)
            let job = try await place.take(letter())
            try await place.work()
            #expect(try await place.audit(job)?.disposition == .created)
            #expect(await place.sandbox.requests().filter { $0 == ask }.count == 1)
        }
    }

    @Test("is asked no second time where Jira's answer is fresh: its refusal stands")
    func asksOnce() async throws {
        try await withWorkplace { place in
            place.time.run()
            await place.sandbox.require("duedate")
            let job = try await place.take(letter())
            try await place.work()
            #expect(await place.sandbox.requests().filter { $0 == ask }.count == 1)
            let standing = try await place.standing(job)
            #expect(standing.state == .parked)
            #expect(standing.said == "Jira refused the request (400). duedate: Due date is required.")
        }
    }

    @Test("is asked no second time for a letter whose issue type Jira has just shown not to be there")
    func parksAtOnce() async throws {
        try await withWorkplace {
            $0.profiles[0].issueType = "Riddle"
        } _: { place in
            place.time.run()
            let job = try await place.take(letter())
            try await place.work()
            let standing = try await place.standing(job)
            #expect(standing.state == .parked)
            #expect(
                standing.said == "Project HELP has no issue type \"Riddle\", only Task, Bug, Incident. "
                    + "The letter waits until the profile is mended.")
            #expect(await place.sandbox.requests().filter { $0 == ask }.count == 1)
        }
    }

    @Test("is a thousand things of a kind at most: the oldest makes room")
    func isBounded() {
        var lately = Lately<Int, String>(seconds: 10)
        for number in 0...1000 {
            lately.learn("\(number)", of: number, at: noon.addingTimeInterval(Double(number) / 1000))
        }
        #expect(lately.value(of: 0, at: noon) == nil)
        #expect(lately.value(of: 1, at: noon) == "1")
        #expect(lately.value(of: 1000, at: noon.addingTimeInterval(10.9)) == "1000")
        #expect(lately.value(of: 1000, at: noon.addingTimeInterval(11.1)) == nil)
    }
}

@Suite("A text that is longer than a site takes")
struct TextLimitTests {
    /// 9,000 characters in lines.
    private let long = String(repeating: "A line of thirty characters...\r\n\r\n", count: 300)

    private let words = [
        "Jira takes no longer text than this: it was cut after 915 characters at most.",
        "The whole letter goes along as letter.eml, since not all of it is shown.",
    ]

    @Test("becomes an issue with as much as the site takes, and the whole letter goes along", arguments: [true, false])
    func issue(isCloud: Bool) async throws {
        try await withWorkplace(on: isCloud ? .cloud : .dataCenter) { place in
            await place.sandbox.take(1000)
            let api = isCloud ? "/rest/api/3" : "/rest/api/2"
            let job = try await place.take(letter(body: long))
            try await place.work()
            // The stand-in gives no id twice, not even one of an issue that it refused.
            #expect(
                await place.sandbox.writes().filter { !$0.contains("search") } == [
                    "POST \(api)/issue 400", "POST \(api)/issue 201", "POST \(api)/issue/10002/attachments 200",
                ])
            let record = try #require(try await place.audit(job))
            #expect(words.allSatisfy(record.findings.map(\.text).contains))
            #expect(
                record.outcomes.map(\.result.words) == ["Issue HELP-1 was created.", "letter.eml was attached."])
            #expect(await place.sandbox.issues().first?.files.first?.hasPrefix("letter.eml: From: Ada") == true)
        }
    }

    @Test("becomes a comment in the same way, and the next one is cut from the start")
    func comment() async throws {
        try await withWorkplace { place in
            let issue = try await place.sandbox.open("A printer")
            await place.sandbox.take(1000)
            let subject = "Re: \(issue.key) printer"
            try await place.take(letter(subject: subject, body: long))
            try await place.work()
            try await place.take(letter(subject: subject, id: "two@example.com", body: long + "More.\r\n"))
            try await place.work()
            let path = "POST /rest/api/3/issue/10001"
            #expect(
                await place.sandbox.writes() == [
                    "\(path)/comment 400", "\(path)/comment 201", "\(path)/attachments 200",
                    "\(path)/comment 201", "\(path)/attachments 200",
                ])
        }
    }

    @Test("is done to the end by a new process, and nothing of it twice")
    func crash() async throws {
        try await withWorkplace { place in
            await place.sandbox.take(1000)
            let job = try await place.take(letter(body: long))
            await place.sandbox.fail("503", "POST", "/rest/api/3/issue/10002/attachments")
            try await place.work()
            await place.sandbox.mend()
            place.time.advance(60)
            try await place.afterCrash { after in
                try await after.work()
                #expect(await after.sandbox.issues().map(\.files.count) == [1])
                #expect(words.allSatisfy(try #require(try await after.audit(job)).findings.map(\.text).contains))
            }
        }
    }

    @Test("waits in Jira's words where even less is refused")
    func stands() async throws {
        try await withWorkplace { place in
            await place.sandbox.take(100)
            let job = try await place.take(letter(body: long))
            try await place.work()
            let standing = try await place.standing(job)
            #expect(standing.state == .parked)
            #expect(
                standing.said
                    == "Jira refused the request (400). description: The entered text is too long. "
                    + "It exceeds the allowed limit of 100 characters.")
            #expect(await place.sandbox.writes() == ["POST /rest/api/3/issue 400"])
        }
    }
}
