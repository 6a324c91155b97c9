// SPDX-License-Identifier: Apache-2.0

import Foundation
import Jira
import MIME
import Planning

/// A letter, and all that the world answers about it.
struct Sample {
    let name: String
    let bytes: [UInt8]
    let profile: Profile
    let answer: @Sendable (Question) -> Answer

    private static let now = Date(timeIntervalSince1970: 1_772_445_600)

    func letter() -> Letter {
        read(
            bytes, as: JobID("01H00000000000000000000000")!, receivedAt: Self.now,
            envelope: Envelope(returnPath: "kim@example.org", recipients: ["help@demo.example"]))
    }

    /// Decides as the engine does: again from the start with each answer.
    func plan(for letter: Letter) throws -> Plan {
        var facts = Facts(now: Self.now)
        while true {
            do {
                return try decide(letter, under: profile, knowing: facts)
            } catch {
                for question in error.questions { facts.learn(answer(question), to: question) }
            }
        }
    }
}

extension Sample {
    static let newIssue = Sample(
        name: "a new issue", bytes: mail(subject: "The printer on floor 3 is out of paper", answering: ""),
        profile: profile, answer: world)

    static let reply = Sample(
        name: "a reply by key",
        bytes: mail(subject: "Re: [HELP-7] Printer", answering: "In-Reply-To: <one@example.org>\r\n"),
        profile: profile, answer: world)

    private static let profile = Profile(
        id: ConfigurationID("support")!, catchAddresses: [AddressPattern("help@demo.example")!],
        project: ProjectKey("HELP")!)

    private static func world(_ question: Question) -> Answer {
        switch question {
        case .issue, .issueByID: .issue(issue)
        case .thread: .thread(nil)
        case .ownName: .ownName(nil)
        case .earlierCopy: .earlierCopy(nil)
        case .account: .account(nil)
        case .people, .watchers: .people([])
        case .sentWithinHour: .count(1)
        case .issueTypes: .issueTypes([IssueType(id: IssueTypeID("10001")!, name: "Task")])
        case .attachmentSettings: .attachmentSettings(AttachmentSettings(isEnabled: true, uploadLimit: nil))
        case .transitions: .transitions([])
        case .threadRoot: .name("martlet.issue.demo.7.0000@demo.example")
        case .mailSender: .address(nil)
        }
    }

    private static let issue = IssueFact(
        id: IssueID("10007")!, key: IssueKey("HELP-7")!, project: ProjectKey("HELP")!, kind: .software,
        summary: "Printer", status: "Open")

    /// About 4 KB, as people write: a few paragraphs as text and as HTML, and what was said before.
    private static func mail(subject: String, answering: String) -> [UInt8] {
        let sentences = (1...12).map {
            "Line \($0): the display says PC LOAD LETTER, and nobody here knows what it means."
        }
        let text = sentences.joined(separator: "\r\n")
        let html = sentences.map { "<p>\($0)</p>" }.joined(separator: "\r\n")
        let quote = (1...6).map { "> Earlier line \($0), which was said before." }.joined(separator: "\r\n")
        let mail = """
            From: Kim Doe <kim@example.org>\r
            To: Help desk <help@demo.example>\r
            Subject: \(subject)\r
            Date: Mon, 02 Mar 2026 10:00:00 +0000\r
            Message-ID: <two@example.org>\r
            \(answering)MIME-Version: 1.0\r
            Content-Type: multipart/alternative; boundary="b"\r
            \r
            --b\r
            Content-Type: text/plain; charset=utf-8\r
            \r
            Hello,\r
            \(text)\r
            \r
            On Sun, 1 Mar 2026 at 09:00, Help desk <help@demo.example> wrote:\r
            \(quote)\r
            --b\r
            Content-Type: text/html; charset=utf-8\r
            \r
            <html><body><p>Hello,</p>\(html)</body></html>\r
            --b--\r

            """
        return Array(mail.utf8)
    }
}
