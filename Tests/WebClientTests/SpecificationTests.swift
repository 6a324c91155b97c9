// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import Fakes
import Foundation
import Jira
import LocalServers
import Markup
import NIOCore
import NIOHTTP1
import Sandbox
import Testing
import Vault

@testable import WebClient

@Suite("Jira's own specification")
struct SpecificationTests {
    private let nest = ProjectKey("NEST")!
    private let key = PropertyKey("martlet.mail")!
    private let text: JSONValue = [
        "type": "doc", "version": 1,
        "content": [["type": "paragraph", "content": [["type": "text", "text": "Rain comes in."]]]],
    ]

    @Test(
        "is kept by every request that we can make",
        .enabled(if: SpecificationProxy.isThere, "\(SpecificationProxy.need)"))
    func isKept() async throws {
        let found = try await SpecificationProxy.violations(by: .cloud) { address in
            try await withSite(at: address.absoluteString) { site in try await look(site, at: try await write(site)) }
        }
        let ours = found.filter { $0.direction == .request }
        #expect(ours.isEmpty, "\(ours)")
    }

    @Test(
        "is kept with Service Management and by its stand-in's answers",
        .enabled(if: SpecificationProxy.isThere, "\(SpecificationProxy.need)"))
    func isKeptWithServiceManagement() async throws {
        var settings = SandboxConfiguration()
        settings.projects.append(.init(key: "DESK", name: "Desk", isServiceProject: true))
        let sandbox = try await Sandbox.start(settings)
        let found = try await SpecificationProxy.violations(before: sandbox.jiraURL, by: .cloud) { address in
            let connections = HTTPConnections()
            let site = JiraSite(
                connection: SiteConnection(
                    address: SiteAddress(address.absoluteString)!,
                    credentials: .account(settings.apiUser, Secret(settings.apiToken)),
                    reach: .anywhere),
                over: connections)
            try await serve(site)
            try await connections.close()
            // The client has no use for it; by its forms the sandbox is held to the specification too.
            var asked = HTTPClientRequest(url: "\(address)/rest/servicedeskapi/servicedesk/10002/requesttype/1/field")
            let account = Data("\(settings.apiUser):\(settings.apiToken)".utf8).base64EncodedString()
            asked.headers.add(name: "Authorization", value: "Basic \(account)")
            #expect(try await HTTPClient.shared.execute(asked, timeout: .seconds(10)).status == .ok)
        }
        await sandbox.stop()
        #expect(found.isEmpty, "\(found)")
    }

    /// One of each that Service Management has.
    private func serve(_ site: JiraSite) async throws {
        #expect(try await site.get(.serviceManagementVersion) == "5.16.0-SANDBOX")
        let desk = try #require(try await site.get(.serviceDesks()).items.first)
        #expect(desk.project.rawValue == "DESK")
        let type = try #require(try await site.get(.requestTypes(of: desk.id)).items.first)
        let customer = try await site.perform(.createCustomer("Cora Wren", emailAddress: "cora@customer.example"))
        let twice = try await failure {
            _ = try await site.perform(.createCustomer("Cora", emailAddress: "cora@customer.example"))
        }
        #expect(twice?.code == .conflict)
        #expect(twice?.objections.messages == ["An account already exists for this email."])
        try await site.perform(.addCustomers([customer.id], to: desk.id))
        let organization = try await site.perform(.createOrganization("Birdhouse"))
        try await site.perform(.addMembers([customer.id], to: organization.id))
        try await site.perform(.addOrganization(organization.id, to: desk.id))
        #expect(try await site.get(.organizations(of: customer.id)).items == [organization])
        #expect(try await site.get(.members(of: organization.id)).items.map(\.id) == [customer.id])
        let ada = try #require(try await site.get(.accounts(matching: "ada@example.com")).first)
        let request = try await site.perform(
            .createRequest(
                type.id, of: desk.id, fields: ["summary": "The roof leaks", "description": "It *drips*."],
                onBehalfOf: customer.id))
        let issue = IssueReference.id(request.id)
        #expect(try await site.get(.customerRequest(issue)).reporter?.id == customer.id)
        #expect(try await site.get(.account(customer.id)).kind == .customer)
        try await site.perform(.addParticipants([ada.id], to: issue))
        #expect(try await site.get(.participants(of: issue)).items.map(\.id) == [ada.id])
        _ = try await site.perform(.addComment("We *come*.", toRequest: issue, for: .everybody))
        let inner = try await site.perform(.addComment("Take the ladder.", toRequest: issue, for: .agents))
        #expect(try await site.get(.requestComments(of: issue)).items.map(\.isPublic) == [true, false])
        let comments = try await site.get(.comments(of: issue)).items
        #expect(comments.first { $0.id == inner.id }?.isPublic == false)
        #expect(try await site.get(.issue(issue)).project?.kind == .service)
        for refused in [Write.requestOfNoDesk, .customerOfNoAddress] {
            let error = try await failure { try await site.perform(refused) }
            #expect([.badRequest, .notFound].contains(error?.code))
        }
    }

    @Test(
        "is kept with Data Center and by its stand-in's answers",
        .enabled(if: SpecificationProxy.isThere, "\(SpecificationProxy.need)"))
    func isKeptWithDataCenter() async throws {
        var settings = SandboxConfiguration()
        settings.deployment = .dataCenter
        let sandbox = try await Sandbox.start(settings)
        let found = try await SpecificationProxy.violations(before: sandbox.jiraURL, by: .dataCenter) { address in
            let connections = HTTPConnections()
            let site = JiraSite(
                connection: SiteConnection(
                    address: SiteAddress(address.absoluteString)!, deployment: .dataCenter,
                    // Its document knows no personal access tokens.
                    credentials: .account(settings.apiUser, Secret(settings.apiToken)), reach: .anywhere),
                over: connections)
            try await lookAround(site)
            try await connections.close()
        }
        await sandbox.stop()
        #expect(found.isEmpty, "\(found)")
    }

    /// One of each that Data Center has.
    private func lookAround(_ site: JiraSite) async throws {
        let property = try EntityProperty(key: key, value: ["v": 1, "action": "01"])
        let ada = try #require(try await site.get(.accounts(matching: "ada@example.com")).first)
        #expect(try await site.get(.account(ada.id)) == ada)
        let created = try await site.perform(
            .createIssue(
                fields: [
                    "project": ["key": "HELP"], "issuetype": ["id": "10001"], "summary": "The third box leaks",
                    "description": "Rain *comes* in.", "reporter": ada.fieldValue(on: .dataCenter),
                ], properties: [property]))
        let issue = IssueReference.id(created.id)
        let comment = try await site.perform(.addComment("A *new* hinge", to: issue, properties: [property]))
        #expect(comment.body == .wiki("A *new* hinge"))
        let file = AsyncStream<ByteBuffer> { stream in
            stream.yield(ByteBuffer(string: "hinge"))
            stream.finish()
        }
        let upload = Upload(FileName(fitting: "h.txt"), mediaType: "text/plain", to: issue)
        #expect(try await site.perform(upload, body: file, length: 5).map(\.size) == [5])
        try await site.perform(.transition(issue, by: TransitionID("21")!))
        #expect(try await site.get(.myself).name == "mail-handler")
        #expect(try await site.get(.server).isCloud == false)
        #expect(try await site.get(.attachmentSettings).isEnabled)
        let read = try await site.get(.issue(issue, properties: [key]))
        #expect(read.reporter == ada && read.status?.category == .inProgress)
        #expect(try await site.get(.comments(of: issue)).items.map(\.id) == [comment.id])
        #expect(try await site.get(.property(key, of: issue)).value["v"] == 1)
        #expect(try await site.get(.property(key, of: comment.id)).value["v"] == 1)
        #expect(try await site.get(.watchers(of: issue)).accounts.isEmpty)
        #expect(try await site.get(.transitions(of: issue)).count == 3)
        #expect(
            try await site.get(.permissions(Permission.allCases, in: ProjectKey("HELP")!)) == Set(Permission.allCases))
        #expect(try await site.get(.commentsInWiki(of: issue)).items.map(\.body) == [.wiki("A *new* hinge")])
        #expect(try await site.get(.projects(.create)).items.map(\.key.rawValue) == ["HELP", "OPS"])
        #expect(try await site.get(.issueTypes(of: ProjectKey("HELP")!)).items.count == 4)
        #expect(
            try await site.get(.createFields(of: ProjectKey("HELP")!, type: IssueTypeID("10001")!)).items.count == 33)
        #expect(try await site.get(.search("project = HELP")).issues.map(\.id) == [created.id])
    }

    @Test(
        "is not kept by what is against it, which is found",
        .enabled(if: SpecificationProxy.isThere, "\(SpecificationProxy.need)"))
    func isChecked() async throws {
        let found = try await SpecificationProxy.violations(by: .cloud) { address in
            for path in ["nothing", "issue/NEST-1?feilds=summary"] {
                var request = HTTPClientRequest(url: "\(address)/rest/api/3/\(path)")
                request.headers.add(name: "Authorization", value: "Basic eDp5")
                _ = try await HTTPClient.shared.execute(request, timeout: .seconds(10))
            }
        }
        #expect(
            found.filter { $0.direction == .request }.map(\.description) == [
                "GET /rest/api/3/nothing: request-path at \"/rest/api/3/nothing\": no such path in the loaded specs",
                "GET /rest/api/3/issue/NEST-1: request-unknown-query at \"feilds\": query parameter not in the "
                    + "specification",
            ])
    }

    /// One of each write; answers the issue and its comment.
    private func write(_ site: JiraSite) async throws -> (CreatedIssue, CommentID) {
        let property = try EntityProperty(
            key: key, value: ["v": 1, "messageIDs": ["<a@coop.example>"], "action": "01jd0000000000000000000000"])
        let created = try await site.perform(
            .createIssue(
                fields: [
                    "project": ["key": "NEST"], "issuetype": ["id": "10002"], "summary": "The third box leaks",
                    "description": text, "reporter": ["id": "5b10a2844c20165700ede001"], "labels": ["roof"],
                ], properties: [property]))
        let issue = IssueReference.id(created.id)
        let comment = try await site.perform(
            .addComment(
                text, to: issue, visibility: Visibility(.role, named: "Administrators"), properties: [property]))
        _ = try await site.perform(.addComment(text, to: .key(created.key)))
        let file = AsyncStream<ByteBuffer> { stream in
            stream.yield(ByteBuffer(string: "hinge"))
            stream.finish()
        }
        let upload = Upload(FileName(fitting: "履歴書 \"x\".txt"), mediaType: "text/plain", to: issue)
        let attachments = try await site.perform(upload, body: file, length: 5)
        #expect(attachments.map(\.fileName) == ["履歴書 'x'.txt"])
        #expect(attachments.map(\.size) == [5])
        // What the checker answers is no file: only the request is looked at.
        _ = try? await site.perform(Download(attachments[0]), atMost: 1 << 20) { _ in }
        _ = try? await site.perform(.issueOfNoProject)
        let hooks = try await site.perform(
            .register(to: "https://martlet.example/hooks", events: ["comment_created"], jql: "project = NEST"))
        #expect(!hooks.isEmpty)
        _ = try await site.perform(.refreshWebhooks([WebhookID("10000")!]))
        try await site.perform(.deleteWebhooks([WebhookID("10000")!]))
        try await site.perform(.transition(issue, by: TransitionID("31")!))
        try await site.perform(
            .transition(issue, by: TransitionID("21")!, fields: ["resolution": ["name": "Done"]]))
        return (created, comment.id)
    }

    /// One of each read.
    private func look(_ site: JiraSite, at made: (issue: CreatedIssue, comment: CommentID)) async throws {
        let issue = IssueReference.id(made.issue.id)
        #expect(try await site.get(.myself).displayName == "Mail Handler")
        #expect(try await site.get(.server).isCloud)
        _ = try await site.get(.attachmentSettings)
        let read = try await site.get(.issue(issue, properties: [key]))
        #expect(read.key == made.issue.key)
        #expect(read.status?.category == .inProgress)
        #expect(try await site.get(.comments(of: issue)).items.map(\.id).contains(made.comment))
        _ = try await site.get(.comments([made.comment]))
        #expect(try await site.get(.property(key, of: issue)).value["v"] == 1)
        #expect(try await site.get(.property(key, of: made.comment)).value["v"] == 1)
        #expect(try await site.get(.accounts(matching: "handler@example.com")).count == 1)
        _ = try await site.get(.watchers(of: issue))
        #expect(try await site.get(.dynamicWebhooks()).items.allSatisfy { $0.endsAt != nil })
        #expect(try await site.get(.transitions(of: issue)).map(\.id.rawValue) == ["11", "21", "31"])
        _ = try await site.get(.projects(.create))
        // The checker knows no global permissions.
        let permissions = Permission.allCases.filter { $0 != .browseUsers }
        _ = try await site.get(.permissions(permissions, in: nest))
        _ = try await site.get(.commentsInWiki(of: issue))
        _ = try await site.get(.issueTypes(of: nest))
        _ = try await site.get(.createFields(of: nest, type: IssueTypeID("10002")!))
        let found = try await site.get(
            .search("project = NEST", properties: [key], reconciling: [made.issue.id], limit: 10))
        #expect(found.issues.map(\.key) == [made.issue.key])
    }
}
