// SPDX-License-Identifier: Apache-2.0

import Jira
import MIME
import Markup
import NIOCore
import Planning
import Store
import WebClient

extension Executor {
    /// Jira: POST /issue
    func create(_ issue: NewIssue, _ id: ActionID) async throws -> ActionResult {
        do {
            let made = try await create(issue, id, reporter: issue.reporter)
            return .issue(made.id, made.key)
        } catch let error as WebClientError where error.code == .badRequest {
            // The account may not set the reporter, or the field is not on the screen: better an issue without than none.
            guard let objection = error.objections.fields["reporter"] else { throw error }
            let made = try await create(issue, id, reporter: nil)
            return .issue(made.id, made.key, reporterRefused: objection)
        }
    }

    private func create(_ issue: NewIssue, _ id: ActionID, reporter: AccountID?) async throws -> CreatedIssue {
        var fields: [String: JSONValue] = [
            "project": ["key": .string(issue.project.rawValue)],
            "issuetype": ["id": .string(issue.issueType.rawValue)],
            "summary": .string(issue.summary),
            "description": issue.description,
        ]
        if let reporter { fields["reporter"] = try await fieldValue(of: reporter) }
        return try await site.perform(
            .createIssue(fields: fields, properties: [try mailProperty(id, issue.messageIDs)]))
    }

    /// Data Center wants the user name, which the account's id does not tell.
    private func fieldValue(of id: AccountID) async throws -> JSONValue? {
        let account =
            switch site.deployment {
            case .cloud: Jira.Account(id: id, displayName: "")
            case .dataCenter: try await found { try await site.get(.account(id)) }
            }
        return account?.fieldValue(on: site.deployment)
    }

    /// Jira: POST /servicedeskapi/request, PUT /issue/{id}/properties/martlet.mail
    func create(_ request: NewRequest, _ id: ActionID) async throws -> ActionResult {
        var newCustomer: AccountID?
        var (objection, left): (String?, String?)
        if let wanted = request.newCustomer {
            do {
                let account = try await account(of: wanted, at: request.desk)
                left = try await add(account, to: wanted.organizations ?? [])
                newCustomer = account
            } catch let error as WebClientError where error.isRefusal || error.code == .conflict {
                objection = error.objections.messages.joined(separator: " ")
            }
        }
        for customer in [newCustomer, request.customer].compactMap(\.self) {
            do {
                let made = try await create(request, for: customer)
                try await mark(made.id, id, request.messageIDs)
                return .issue(
                    made.id, made.key, newCustomer: customer == newCustomer ? customer : nil,
                    organizationsRefused: left)
            } catch let error as WebClientError where error.isRefusal {
                // Who is no customer of the desk cannot be its request's reporter: better a request without than none.
                objection = error.objections.messages.joined(separator: " ")
            }
        }
        let made = try await create(request, for: nil)
        try await mark(made.id, id, request.messageIDs)
        return .issue(made.id, made.key, reporterRefused: objection, organizationsRefused: left)
    }

    /// The account of somebody whom Jira did not know, as a customer of the desk. Where it is there by now, as after a crash, it
    /// is found.
    ///
    /// Jira: POST /servicedeskapi/customer, /servicedeskapi/servicedesk/{id}/customer
    private func account(of wanted: NewCustomer, at desk: ServiceDesk.ID) async throws -> AccountID {
        let account: Jira.Account
        do {
            account = try await site.perform(.createCustomer(wanted.name, emailAddress: wanted.address))
        } catch let error as WebClientError where error.code == .conflict {
            guard let known = try await site.account(withAddress: wanted.address) else { throw error }
            account = known
        }
        do {
            try await site.perform(.addCustomers([account.id], to: desk))
        } catch let error as WebClientError where error.isRefusal {
            // A desk that is open to everybody needs nobody to be added.
        }
        return account.id
    }

    /// Before the request is made, so that what Jira does with a new request knows its customer's organizations.
    ///
    /// - Returns: What Jira objected to, where it did not take the customer into all of them.
    ///
    /// Jira: POST /servicedeskapi/organization/{id}/user
    private func add(_ customer: AccountID, to organizations: [Organization.ID]) async throws -> String? {
        var objections: [String] = []
        for organization in organizations {
            do {
                try await site.perform(.addMembers([customer], to: organization))
            } catch let error as WebClientError where error.isRefusal {
                objections.append(error.said)
            }
        }
        return objections.isEmpty ? nil : objections.joined(separator: " ")
    }

    /// Only a look after a crash needs it. Who may not edit issues may not do this either: the request is there all the same.
    func mark(_ issue: IssueID, _ id: ActionID, _ messageIDs: [String]) async throws {
        try await pace(issue)
        do {
            try await site.perform(.set(try mailProperty(id, messageIDs), of: .id(issue)))
        } catch let error as WebClientError where error.isRefusal {}
    }

    private func create(_ request: NewRequest, for customer: AccountID?) async throws -> CustomerRequest {
        try await site.perform(
            .createRequest(
                request.type, of: request.desk,
                fields: ["summary": .string(request.summary), "description": .string(request.description)],
                onBehalfOf: customer))
    }

    /// Whom Jira does not let take part stays out: the letter is in Jira already.
    ///
    /// Jira: POST /servicedeskapi/request/{id}/participant
    func add(_ people: [AccountID], to issue: IssueID) async throws -> ActionResult {
        do {
            try await site.perform(.addParticipants(people, to: .id(issue)))
            return .participantsAdded(people.count)
        } catch let error as WebClientError where error.isRefusal {
            return .participantsRefused(said: error.said)
        }
    }

    /// Jira: POST /issue/{id}/comment
    func add(_ comment: NewComment, _ id: ActionID) async throws -> ActionResult {
        var properties = [try mailProperty(id, comment.messageIDs)]
        if comment.audience == .agents { properties.append(.internalComment) }
        let made = try await site.perform(
            .addComment(comment.body, to: .id(comment.issue), properties: properties))
        return .comment(issue: comment.issue, id: made.id)
    }

    /// A file that is too large for the site stays out: the rest of the letter is not kept from Jira for it.
    ///
    /// Jira: POST /issue/{id}/attachments
    func attach(_ file: NewAttachment, to issue: IssueID) async throws -> ActionResult {
        do {
            let made = try await upload(file, to: issue)
            return .attachment(id: made.first.map { "\($0.id)" } ?? "", name: file.name)
        } catch let error as WebClientError where error.code == .tooLarge {
            return .notAttached(name: file.name, said: error.said)
        }
    }

    private func upload(_ file: NewAttachment, to issue: IssueID) async throws -> [Jira.Attachment] {
        guard let letter else { preconditionFailure("only a letter's plan attaches files") }
        let upload = Upload(FileName(fitting: file.name), mediaType: file.type, to: .id(issue))
        switch file.content {
        case .part(let part):
            return try await site.perform(
                upload, body: PartBytes(part: part, of: letter.message, in: letter.body),
                length: letter.message.parts[part].size)
        case .embedded(let part, let file):
            return try await send(upload, try await letter.content(ofEmbedded: file, in: part))
        case .wholeLetter:
            return try await site.perform(upload, body: PartBytes(whole: letter.body), length: letter.body.size)
        }
    }

    private func send(_ upload: Upload, _ bytes: [UInt8]) async throws -> [Jira.Attachment] {
        let body = AsyncStream { continuation in
            continuation.yield(ByteBuffer(bytes: bytes))
            continuation.finish()
        }
        return try await site.perform(upload, body: body, length: bytes.count)
    }

    /// Says whose an issue or comment is, and nothing personal (P32): `{"v":1,"messageIDs":[…],"action":"<id>"}`
    ///
    /// Five names of a thousand characters have room in a property, even if JSON writes six for each.
    func mailProperty(_ id: ActionID, _ messageIDs: [String]) throws -> EntityProperty {
        let names = messageIDs.prefix(5).map { JSONValue.string(Limits.start(of: $0, within: 1000)) }
        return try EntityProperty(
            key: .martletMail, value: ["v": 1, "messageIDs": .array(names), "action": .string("\(id)")])
    }
}

extension WebClientError {
    /// Whether Jira understood what was asked, and does not do it.
    fileprivate var isRefusal: Bool { [.badRequest, .forbidden, .notFound].contains(code) }
}

extension PropertyKey {
    /// Outlives a release: issues and comments carry it for ever.
    static let martletMail = PropertyKey("martlet.mail")!
}
