// SPDX-License-Identifier: Apache-2.0

import Foundation
import Jira
import MIME
import Planning
import Testing

/// What a test says is so: it answers each question as the engine would.
struct World: Sendable {
    var deployment = Deployment.cloud
    var issues: [IssueFact] = []
    var accounts: [Account] = []
    var threads: [String: IssueID] = [:]
    var ownNames: [String: OwnName] = [:]
    var earlierCopy: JobID?
    var sentWithinHour = 0
    var issueTypes: [IssueType]? = [IssueType(id: "10001", name: "Task")]
    var serviceDesk: ServiceDeskFact?
    var organizations: [Organization] = []
    var participants: [Account] = []
    var attachmentSettings = AttachmentSettings(isEnabled: true, uploadLimit: nil)
    var transitions: [Transition] = []
    var watchers: [Account] = []
    var mailSenders: [CommentID: String] = [:]

    func answer(_ question: Question) -> Answer {
        switch question {
        case .issue(let key): .issue(issues.first { $0.key == key })
        case .issueByID(let id): .issue(issues.first { $0.id == id })
        case .thread(let ids): .thread(ids.lazy.compactMap { threads[$0] }.first)
        case .ownName(let name): .ownName(ownNames[name])
        case .earlierCopy: .earlierCopy(earlierCopy)
        case .account(let address): .account(accounts.first { $0.emailAddress == address })
        case .people(let ids): .people(accounts.filter { ids.contains($0.id) })
        case .sentWithinHour: .count(sentWithinHour)
        case .issueTypes: .issueTypes(issueTypes)
        case .serviceDesk: .serviceDesk(serviceDesk)
        case .organizations: .organizations(organizations)
        case .participants: .people(participants)
        case .attachmentSettings: .attachmentSettings(attachmentSettings)
        case .transitions: .transitions(transitions)
        case .watchers: .people(watchers)
        case .threadRoot(let issue): .name("martlet.issue.acme.\(issue).mac@example.com")
        case .mailSender(let comment): .address(mailSenders[comment])
        }
    }

    /// Decides as the engine does: asks, learns, decides again.
    func settle(_ decide: (Facts) throws(Inquiry) -> Plan) -> (plan: Plan, facts: Facts) {
        var facts = Facts(now: Date(timeIntervalSince1970: 0), deployment: deployment)
        while true {
            do throws(Inquiry) {
                return (try decide(facts), facts)
            } catch {
                for question in error.questions { facts.learn(answer(question), to: question) }
            }
        }
    }

    func plan(for letter: Letter, under profile: Profile = .support) -> Plan {
        settle { facts throws(Inquiry) in try decide(letter, under: profile, knowing: facts) }.plan
    }
}

extension Profile {
    static let support = Profile(id: "support", catchAddresses: ["support@example.com"], project: "HELP")

    func with(_ change: (inout Profile) -> Void) -> Profile {
        var copy = self
        change(&copy)
        return copy
    }
}

extension Letter {
    /// A letter of Ada's to the support, with these headers before its own.
    static func of(_ headers: String = "", subject: String = "A question", body: String = "Hello.\n") -> Letter {
        var lines = headers.isEmpty ? "" : headers + "\n"
        let own = ["From: Ada Lind <ada@example.org>", "To: support@example.com", "Subject: \(subject)"]
        let names = Set(headers.split(separator: "\n").map { $0.prefix { $0 != ":" } })
        for line in own where !names.contains(line.prefix { $0 != ":" }) { lines += line + "\n" }
        return reading(lines + "\n" + body)
    }

    static func reading(_ raw: String, envelope: Envelope = Envelope()) -> Letter {
        read(Array(raw.utf8), as: Case.job, receivedAt: Date(timeIntervalSince1970: 0), envelope: envelope)
    }
}

extension IssueFact {
    static let printer = IssueFact(
        id: "10042", key: "HELP-7", project: "HELP", kind: .software, summary: "The printer", status: "Open",
        reporter: "5b10a-ada", assignee: "5b10a-bob")
}

extension Account {
    static let ada = Account(id: "5b10a-ada", displayName: "Ada Lind", emailAddress: "ada@example.org")
    static let bob = Account(id: "5b10a-bob", displayName: "Bob Fox", emailAddress: "bob@example.com")
    static let cleo = Account(id: "5b10a-cleo", displayName: "Cleo", emailAddress: "cleo@example.com")
}

extension Plan {
    var ids: [String] { findings.map(\.id) }

    func text(of id: String) -> String? { findings.first { $0.id == id }?.text }
}

// Ids in tests are literals; one that is not valid ends the test.

extension TextualID where Self: ExpressibleByStringLiteral, StringLiteralType == String {
    init(stringLiteral raw: String) { self.init(raw)! }
}

extension Identifier where Self: ExpressibleByStringLiteral, StringLiteralType == String {
    init(stringLiteral raw: String) { self.init(rawValue: raw)! }
}

extension ConfigurationID: ExpressibleByStringLiteral,
    ExpressibleByUnicodeScalarLiteral, ExpressibleByExtendedGraphemeClusterLiteral
{
}

extension AddressPattern: ExpressibleByStringLiteral,
    ExpressibleByUnicodeScalarLiteral, ExpressibleByExtendedGraphemeClusterLiteral
{
}

extension JobID: ExpressibleByStringLiteral,
    ExpressibleByUnicodeScalarLiteral, ExpressibleByExtendedGraphemeClusterLiteral
{
}

extension NumericID: ExpressibleByStringLiteral,
    ExpressibleByUnicodeScalarLiteral, ExpressibleByExtendedGraphemeClusterLiteral
{
}

extension AccountID: ExpressibleByStringLiteral,
    ExpressibleByUnicodeScalarLiteral, ExpressibleByExtendedGraphemeClusterLiteral
{
}

extension ProjectKey: ExpressibleByStringLiteral,
    ExpressibleByUnicodeScalarLiteral, ExpressibleByExtendedGraphemeClusterLiteral
{
}

extension IssueKey: ExpressibleByStringLiteral,
    ExpressibleByUnicodeScalarLiteral, ExpressibleByExtendedGraphemeClusterLiteral
{
}
