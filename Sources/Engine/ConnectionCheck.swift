// SPDX-License-Identifier: Apache-2.0

public import Foundation
import Jira
public import Planning
import Store
import WebClient

/// Looks whether a connection does what its tenant's profiles need, and says in words what is missing. Only reads, and tries what
/// Jira always refuses.
public struct ConnectionCheck: Sendable {
    private let connection: Connection
    private let profiles: [Profile]
    private let site: JiraSite?
    /// That somebody is told of, by name.
    private let covered: Set<ProjectKey>
    private let missingScopes: [String]
    private let trials: [ScopeTrial]
    private var wantedScopes: [String] { trials.map(\.scope) }
    private let now: Date

    public init(_ connection: Connection, of setup: TenantSetup, at now: Date) {
        self.connection = connection
        profiles = setup.configuration.profiles.filter { $0.connection == connection.id }
        covered = setup.coveredProjects(connection.id) ?? []
        site = setup.site(connection.id)
        missingScopes = setup.missingScopes(of: connection).map { "  \($0)" }
        trials = setup.scopesToTry(of: connection)
        self.now = now
    }

    /// One thing that was found, on a line of its own.
    public struct Finding: Sendable {
        public let isWell: Bool
        public let words: String
    }

    public func lines() async -> [String] {
        await findings().map(\.words)
    }

    /// The first says whether the connection works at all.
    public func findings() async -> [Finding] {
        guard let site else {
            return [trouble("\(connection.id): the site's address or its authority cannot be used.")]
        }
        let ending = connection.tokenEnding(at: now).map { ["  \($0)"] } ?? []
        let account: Jira.Account
        do {
            account = try await site.get(.myself)
        } catch {
            return (["\(connection.id): \(error)"] + ending + missingScopes + hint(at: error)).map(trouble)
        }
        var found = [Finding(isWell: true, words: "\(connection.id): works, as \(account.displayName).")]
        found += (ending + missingScopes + (await serverLines(site))).map(trouble)
        let scopes = await scopeFindings(site)
        found += scopes
        let lacksScope = !missingScopes.isEmpty || scopes.contains { !$0.isWell }
        for profile in profiles {
            // Without a scope none has all that it needs.
            found += await projectFindings(profile, site).filter { !$0.isWell || !lacksScope }
        }
        return found + (await coverFindings(site))
    }

    private func coverFindings(_ site: JiraSite) async -> [Finding] {
        guard !covered.isEmpty else { return [] }
        do {
            let unseen = covered.subtracting(try await site.browsableProjects()).inOrder
            return unseen.isEmpty ? [] : [trouble("  \(ConnectionWords.unseen(unseen))")]
        } catch {
            return [trouble("  Whether the account sees the projects of the notifications is not known: \(error)")]
        }
    }

    /// Of a token that does not tell them.
    private func scopeFindings(_ site: JiraSite) async -> [Finding] {
        guard !trials.isEmpty else { return [] }
        var troubles: [Finding] = []
        for trial in trials {
            switch await trial.verdict(at: site) {
            case .held: continue
            case .lacking:
                troubles.append(trouble("  \(ConnectionWords.missing(trial.scope)) It was tried with \(trial.words)."))
            case .unknown(let said):
                troubles.append(trouble("  Whether the token has the scope \(trial.scope) is not known: \(said)"))
            }
        }
        if !troubles.isEmpty { return troubles }
        let tried = trials.map(\.words).joined(separator: "; ")
        return [Finding(isWell: true, words: "  Its token has the scopes that it needs. Tried: \(tried).")]
    }

    private func trouble(_ words: String) -> Finding { Finding(isWell: false, words: words) }

    /// Where the words of a refusal do not say what to do about it.
    private func hint(at error: any Error) -> [String] {
        guard connection.oauth == nil, let error = error as? WebClientError, error.code == .unauthorized else {
            return []
        }
        switch (connection.deployment, connection.account, connection.api) {
        case (.dataCenter, _, _): return ["  The token should be a personal access token that has not ended."]
        case (.cloud, nil, nil):
            return [
                "  A token without an account counts only at the gateway: set api to https://api.atlassian.com/ex/jira/…"
            ]
        case (.cloud, _, nil):
            return [
                "  A token with scopes counts only at the gateway: set api to https://api.atlassian.com/ex/jira/…"
            ]
        case (.cloud, _, _):
            return ["  The token needs the scopes \(wantedScopes.joined(separator: ", "))."]
        }
    }

    private func serverLines(_ site: JiraSite) async -> [String] {
        guard let server = try? await site.get(.server) else { return [] }
        guard server.isCloud != (connection.deployment == .cloud) else { return [] }
        return [
            server.isCloud
                ? "  This is Jira Cloud: leave out deployment."
                : "  This is Data Center: set deployment to data-center."
        ]
    }

    private func projectFindings(_ profile: Profile, _ site: JiraSite) async -> [Finding] {
        do {
            let wanted = profile.wantedPermissions
            let held = try await site.get(.permissions(wanted, in: profile.project))
            var lines = wanted.filter { !held.contains($0) }.map { "  \($0.complaint(in: profile.project))" }
            lines += try await typeLines(profile, site)
            if !lines.isEmpty { return lines.map(trouble) }
            return [Finding(isWell: true, words: "  \(profile.id): has all that it needs in \(profile.project).")]
        } catch let error as WebClientError where error.code == .notFound {
            return [trouble("  \(profile.id): the account does not see the project \(profile.project).")]
        } catch {
            return [trouble("  \(profile.id): \(error)")]
        }
    }

    private func typeLines(_ profile: Profile, _ site: JiraSite) async throws -> [String] {
        if let wanted = profile.serviceDesk?.requestType { return try await requestTypeLines(profile, wanted, site) }
        let types = try await site.issueTypes(in: profile.project)
        let wanted = profile.issueType.lowercased()
        let type = types.first { $0.name.lowercased() == wanted || $0.id.rawValue == wanted }
        if let type { return try await fieldLines(profile, type, site) }
        let names = types.map(\.name).joined(separator: ", ")
        return ["  \(profile.id): there is no issue type \(profile.issueType) in \(profile.project), only \(names)."]
    }

    private func requestTypeLines(_ profile: Profile, _ wanted: String, _ site: JiraSite) async throws -> [String] {
        guard let desk = try await found({ try await site.serviceDesk(of: profile.project) }) ?? nil else {
            return ["  \(profile.id): \(profile.project) is no service project that the account sees."]
        }
        if desk.requestType(wanted) != nil { return try await organizationLines(profile, site) }
        let names = desk.requestTypes.map(\.name).joined(separator: ", ")
        return ["  \(profile.id): there is no request type \(wanted) in \(profile.project), only \(names)."]
    }

    private func organizationLines(_ profile: Profile, _ site: JiraSite) async throws -> [String] {
        guard let wanted = profile.serviceDesk?.organizations, !wanted.isEmpty else { return [] }
        let known = try await site.all { .organizations(start: $0) }
        return wanted.filter { name in !known.contains { $0.isNamed(name) } }.map {
            "  \(profile.id): there is no organization \($0) that the account sees."
        }
    }

    /// What the screen wants that no letter has.
    private func fieldLines(_ profile: Profile, _ type: IssueType, _ site: JiraSite) async throws -> [String] {
        try await site.all { .createFields(of: profile.project, type: type.id, startAt: $0) }
            .filter { $0.isRequired && !$0.hasDefault && !Self.fieldsOfLetters.contains($0.id) }
            .map {
                "  \(profile.id): each new \(type.name) in \(profile.project) needs \"\($0.name)\", which no letter has: "
                    + "give it a default in Jira, or make it optional."
            }
    }

    /// The fields that a letter fills.
    private static let fieldsOfLetters: Set = ["project", "issuetype", "summary", "description", "reporter"]
}

extension Profile {
    fileprivate var wantedPermissions: [Permission] {
        Permission.allCases.filter { permission in
            switch permission {
            case .transitionIssues: !transitionsOnComment.isEmpty
            case .editIssues: serviceDesk?.requestType != nil
            case .administer, .administerProjects: serviceDesk?.customers == .create
            default: true
            }
        }
    }
}

extension Permission {
    /// What does not work without it, with Jira's own name of it.
    fileprivate func complaint(in project: ProjectKey) -> String {
        switch self {
        case .browseProjects: "Without \"Browse projects\" in \(project) the account sees none of its issues."
        case .createIssues: "Without \"Create issues\" in \(project) no letter becomes an issue."
        case .addComments: "Without \"Add comments\" in \(project) no reply becomes a comment."
        case .createAttachments: "Without \"Create attachments\" in \(project) no file is attached."
        case .transitionIssues: "Without \"Transition issues\" in \(project) no comment moves its issue."
        case .modifyReporter: "Without \"Modify reporter\" in \(project) the sender is not the issue's reporter."
        case .editIssues: "Without \"Edit issues\" in \(project) a request may be made twice after a crash."
        case .administerProjects:
            "Without \"Administer projects\" in \(project) no new customer is added to its service desk."
        case .administer: "Without the global permission \"Administer Jira\" no sender becomes a customer."
        case .browseUsers: "Without the global permission \"Browse users and groups\" no sender's account is found."
        }
    }
}

extension Connection {
    /// What to say about the end of the token: nothing more than 30 days before.
    func tokenEnding(at now: Date) -> String? {
        guard let tokenEnds else { return nil }
        let days = Int((tokenEnds.end.timeIntervalSince(now) / 86_400).rounded(.up))
        switch days {
        case ..<1: return "Its token ended on \(tokenEnds): make a new one and give it by martlet apply."
        case 1: return "Its token ends on \(tokenEnds), within a day: make a new one now."
        case 2...30: return "Its token ends on \(tokenEnds), in \(days) days: make a new one in time."
        default: return nil
        }
    }
}
