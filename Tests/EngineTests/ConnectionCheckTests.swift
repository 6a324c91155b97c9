// SPDX-License-Identifier: Apache-2.0

import Foundation
import Jira
import MailTransport
import Planning
import Store
import Testing
import Vault

@testable import Engine
@testable import Sandbox

@Suite("The check of a connection")
struct ConnectionCheckTests {
    private func lines(_ place: Workplace) async throws -> [String] {
        place.engine.tenants.forget()
        let setup = try await place.engine.tenants.setup(acme)
        return await ConnectionCheck(setup.configuration.connections[0], of: setup, at: place.time.now).lines()
    }

    @Test("says as whom it works, and that nothing is missing", arguments: [Deployment.cloud, .dataCenter])
    func works(deployment: Deployment) async throws {
        try await withWorkplace(on: deployment) { place in
            let said = try await lines(place)
            #expect(
                said == [
                    "jira: works, as Mail Handler.", "  support: has all that it needs in HELP.",
                ])
            #expect(await place.sandbox.writes() == [])
        }
    }

    @Test("says what each missing permission costs", arguments: [Deployment.cloud, .dataCenter])
    func missesPermissions(deployment: Deployment) async throws {
        try await withWorkplace(on: deployment) {
            $0.profiles[0].transitionsOnComment = [TransitionRule(status: "Done", transition: "To Do")]
        } _: { place in
            // Jira shows no project whose issues may not be browsed.
            await place.sandbox.jira.deny([Permission.browseProjects.rawValue])
            #expect(try await lines(place).dropFirst() == ["  support: the account does not see the project HELP."])
            await place.sandbox.jira.deny(Permission.allCases.map(\.rawValue).filter { $0 != "BROWSE_PROJECTS" })
            let said = try await lines(place)
            #expect(
                said.dropFirst() == [
                    "  Without \"Create issues\" in HELP no letter becomes an issue.",
                    "  Without \"Add comments\" in HELP no reply becomes a comment.",
                    "  Without \"Create attachments\" in HELP no file is attached.",
                    "  Without \"Transition issues\" in HELP no comment moves its issue.",
                    "  Without \"Modify reporter\" in HELP the sender is not the issue's reporter.",
                    "  Without the global permission \"Browse users and groups\" no sender's account is found.",
                ])
        }
    }

    @Test("says which project or issue type is not there")
    func missesThings() async throws {
        try await withWorkplace {
            $0.profiles[0].issueType = "Wish"
        } _: { place in
            #expect(
                try await lines(place).last
                    == "  support: there is no issue type Wish in HELP, only Task, Bug, Incident.")
            // A letter never becomes a part of another issue.
            try await place.change { $0.profiles[0].issueType = "Sub-task" }
            #expect(
                try await lines(place).last
                    == "  support: there is no issue type Sub-task in HELP, only Task, Bug, Incident.")
            try await place.change { $0.profiles[0].project = ProjectKey("NOPE")! }
            #expect(try await lines(place).last == "  support: the account does not see the project NOPE.")
        }
    }

    @Test("says which field a new issue must have that no letter fills", arguments: [Deployment.cloud, .dataCenter])
    func missesFields(deployment: Deployment) async throws {
        try await withWorkplace(on: deployment) { place in
            await place.sandbox.jira.require(["duedate", "description"])
            #expect(
                try await lines(place).dropFirst() == [
                    "  support: each new Task in HELP needs \"Due date\", which no letter has: give it a default in "
                        + "Jira, or make it optional."
                ])
            let job = try await place.take(letter())
            try await place.work()
            #expect(
                try await place.standing(job).said
                    == "Jira refused the request (400). duedate: Due date is required.")
        }
    }

    @Test("says what to do about a token that is not accepted, by the kind of connection")
    func refused() async throws {
        try await withWorkplace { place in
            try await place.tenant.put(
                Secret("no"), named: SecretName.token, of: .connection, Profile.defaultConnection)
            let said = try await lines(place)
            #expect(said[0].hasPrefix("jira: Jira does not accept the account or its token (401)."))
            #expect(
                said[1]
                    == "  A token with scopes counts only at the gateway: set api to https://api.atlassian.com/ex/jira/…"
            )
        }
        try await withWorkplace(on: .dataCenter) { place in
            try await place.tenant.put(
                Secret("no"), named: SecretName.token, of: .connection, Profile.defaultConnection)
            #expect(try await lines(place)[1] == "  The token should be a personal access token that has not ended.")
        }
    }

    @Test("says that the deployment is another than was set")
    func otherDeployment() async throws {
        try await withWorkplace { place in
            try await place.change { $0.connections[0].deployment = .dataCenter }
            #expect(try await lines(place)[1] == "  This is Jira Cloud: leave out deployment.")
        }
    }

    /// A workplace whose connection goes through the gateway, by a token with these scopes.
    private func withToken(
        of scopes: [String], account: String? = nil, _ body: (Workplace) async throws -> Void
    ) async throws {
        let projects = [SandboxConfiguration.Project(key: "HELP", name: "Help", isServiceProject: true)]
        try await withWorkplace(projects: projects) { configuration in
            configuration.connections[0].api =
                configuration.connections[0].site + "/ex/jira/\(SandboxConfiguration.cloudID)"
            configuration.connections[0].account = account
            configuration.profiles[0].serviceDesk = ServiceDeskPolicy(
                requestType: "Ask for a task", customers: .create)
        } _: { place in
            await place.sandbox.jira.limitToken(to: scopes)
            try await body(place)
        }
    }

    private static let scopes = [
        "read:jira-work", "write:jira-work", "read:jira-user", "read:servicedesk-request", "write:servicedesk-request",
        "manage:servicedesk-customer",
    ]

    @Test(
        "tries the scopes of a token that does not tell them by what Jira always refuses, and makes nothing",
        arguments: [nil, SandboxConfiguration().apiUser])
    func triesScopes(account: String?) async throws {
        try await withToken(of: Self.scopes, account: account) { place in
            let said = try await lines(place)
            #expect(
                said == [
                    "jira: works, as Mail Handler.",
                    "  Its token has the scopes that it needs. Tried: a look at what files Jira takes; a new issue of no "
                        + "project, which Jira always refuses; a look at the account; a look at the service desks; a "
                        + "request of no service desk, which Jira always refuses; a customer without an address, which "
                        + "Jira always refuses.",
                    "  support: has all that it needs in HELP.",
                ])
            #expect(await place.sandbox.issues().isEmpty)
            #expect(await place.sandbox.writes().allSatisfy { $0.hasSuffix(" 400") || $0.hasSuffix(" 404") })
        }
    }

    @Test(
        "says which scope a token lacks, what that costs, and how it was tried",
        arguments: [
            ("read:jira-work", "no issue is seen. It was tried with a look at what files Jira takes."),
            (
                "write:jira-work",
                "no letter becomes an issue or a comment. It was tried with a new issue of no project, which Jira "
                    + "always refuses."
            ),
            (
                "read:servicedesk-request",
                "no service project's request types are seen. It was tried with a look at the service desks."
            ),
            (
                "write:servicedesk-request",
                "no letter becomes a customer's request. It was tried with a request of no service desk, which Jira "
                    + "always refuses."
            ),
            (
                "manage:servicedesk-customer",
                "no sender becomes a customer. It was tried with a customer without an address, which Jira always "
                    + "refuses."
            ),
        ])
    func lacksScope(scope: String, words: String) async throws {
        try await withToken(of: Self.scopes.filter { $0 != scope }) { place in
            let said = try await lines(place)
            #expect(said.count { $0.hasPrefix("  Without the scope") } == 1)
            #expect(said.contains("  Without the scope \(scope) \(words)"))
            #expect(!said.contains("  support: has all that it needs in HELP."))
            #expect(await place.sandbox.issues().isEmpty)
        }
    }

    @Test("names the scopes that a token needs that may not even look at its account")
    func lacksAccount() async throws {
        try await withToken(of: []) { place in
            let said = try await lines(place)
            #expect(
                said == [
                    "jira: The token lacks a scope that this needs (401). Unauthorized; scope does not match",
                    "  The token needs the scopes \(Self.scopes.joined(separator: ", ")).",
                ])
        }
    }

    @Test("says what keeps senders from becoming customers")
    func lacksCustomers() async throws {
        try await withToken(of: Self.scopes) { place in
            await place.sandbox.jira.deny(["ADMINISTER", "ADMINISTER_PROJECTS"])
            let said = try await lines(place)
            #expect(
                said.suffix(2) == [
                    "  Without \"Administer projects\" in HELP no new customer is added to its service desk.",
                    "  Without the global permission \"Administer Jira\" no sender becomes a customer.",
                ])
        }
    }

    @Test("announces the end of a token for 30 days, and after it")
    func tokenEnds() async throws {
        try await withWorkplace { place in
            try await place.change { $0.connections[0].tokenEnds = Day("2026-12-02") }
            #expect(
                try await lines(place)[1] == "  Its token ends on 2026-12-02, in 11 days: make a new one in time.")
            #expect(
                await TokenWatch(engine: place.engine).warnings().map(\.words)
                    == ["Its token ends on 2026-12-02, in 11 days: make a new one in time."])
            place.time.advance(10 * 86_400)
            #expect(
                try await lines(place)[1] == "  Its token ends on 2026-12-02, within a day: make a new one now.")
            place.time.advance(86_400)
            #expect(
                try await lines(place)[1]
                    == "  Its token ended on 2026-12-02: make a new one and give it by martlet apply.")
            try await place.change { $0.connections[0].tokenEnds = Day("2027-12-02") }
            #expect(try await lines(place).count == 2)
        }
    }
}
extension SandboxJira {
    fileprivate func require(_ fields: [String]) {
        screens.set(ScreenSet(required: fields), project: nil, type: nil)
    }

    fileprivate func limitToken(to scopes: [String]) {
        tokenScopes = scopes
    }
}
