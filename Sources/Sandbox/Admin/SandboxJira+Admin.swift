// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTypes
import Markup

/// What Jira does not have: acting as somebody, making things go wrong, and counting. Under /sandbox/, JSON only.
let adminEndpoints: [Endpoint] = [
    Endpoint("GET", "counts") { try $0.counts($1) },
    Endpoint("GET", "log") { try $0.readLog($1) },
    Endpoint("GET", "faults") { try $0.listFaults($1) },
    Endpoint("POST", "faults") { try $0.addFault($1) },
    Endpoint("DELETE", "faults") { try $0.clearFaults($1) },
    Endpoint("GET", "limits") { try $0.readLimits($1) },
    Endpoint("GET", "oauth") { $0.readOAuth($1) },
    Endpoint("PUT", "oauth") { try $0.setOAuth($1) },
    Endpoint("DELETE", "oauth") { $0.withdrawConsent($1) },
    Endpoint("GET", "screens") { $0.readScreens($1) },
    Endpoint("PUT", "screens") { try $0.setScreens($1) },
    Endpoint("GET", "fields") { $0.readCustomFields($1) },
    Endpoint("POST", "fields") { try $0.addCustomField($1) },
    Endpoint("GET", "workflows") { $0.readWorkflows($1) },
    Endpoint("PUT", "workflows") { try $0.setWorkflow($1) },
    Endpoint("PUT", "permissions") { try $0.setPermissions($1) },
    Endpoint("PUT", "webhooks") { try $0.setWebhookManner($1) },
    Endpoint("PUT", "limits") { try $0.setLimits($1) },
    Endpoint("GET", "people") { try $0.listPeople($1) },
    Endpoint("POST", "people") { try $0.addPerson($1) },
    Endpoint("POST", "issues") { try $0.createIssueAsPerson($1) },
    Endpoint("POST", "comments") { try $0.commentAsPerson($1) },
    Endpoint("POST", "move") { try $0.moveAsPerson($1) },
    Endpoint("GET", "attachments/{id}") { try $0.download($1) },
]

extension SandboxJira {
    /// Every issue with its comments and the entity properties of both.
    func counts(_ call: Call) throws -> Answer {
        let issues = issuesInOrder
        func object(_ properties: Properties) -> JSONValue { .members(properties.pairs.map { ($0.key, $0.value) }) }
        let list = issues.map { issue -> JSONValue in
            [
                "id": .string(String(issue.id)), "key": .string(issue.key), "summary": .string(issue.summary),
                "status": .string(issue.status.name), "attachments": .integer(issue.attachments.count),
                "properties": object(issue.properties),
                "comments": .array(
                    issue.comments.map {
                        ["id": .string(String($0.id)), "properties": object($0.properties)]
                    }),
            ]
        }
        return Answer(
            200,
            [
                "issueCount": .integer(issues.count),
                "commentCount": .integer(issues.map(\.comments.count).reduce(0, +)),
                "attachmentCount": .integer(issues.map(\.attachments.count).reduce(0, +)),
                "requestCount": .integer(log.total), "issues": .array(list),
            ])
    }

    func readLog(_ call: Call) throws -> Answer {
        let entries = log.entries.map { entry -> JSONValue in
            [
                "time": .string(jiraTime(entry.time)), "method": .string(entry.method), "path": .string(entry.path),
                "status": .integer(entry.status),
            ]
        }
        return Answer(200, ["total": .integer(log.total), "entries": .array(entries)])
    }

    func listFaults(_ call: Call) throws -> Answer {
        Answer(200, .array(faults.map(shape)))
    }

    /// `{"fault": "429", "path": "/rest/api/3/issue", "method": "POST", "count": 2, "retryAfter": 1}`
    func addFault(_ call: Call) throws -> Answer {
        let body = try call.object()
        let name = body["fault"]?.stringValue ?? body["fault"]?.integerValue.map(String.init)
        guard let kind = name.flatMap(Fault.Kind.init(rawValue:)) else {
            let known = Fault.Kind.allCases.map(\.rawValue).joined(separator: ", ")
            throw JiraRefusal.badField("fault", "Known faults: \(known).")
        }
        guard let count = (body["count"] ?? 1).integerValue, (1...1_000_000).contains(count) else {
            throw JiraRefusal.badField("count", "A count is a number from 1.")
        }
        let fault = Fault(
            kind: kind, method: body["method"]?.stringValue, path: body["path"]?.stringValue ?? "/rest/", count: count,
            retryAfter: try amount("retryAfter", of: body, upTo: 86_400),
            delay: .milliseconds(try amount("delayMilliseconds", of: body, upTo: 3_600_000) ?? 0))
        faults.append(fault)
        return Answer(201, shape(of: fault))
    }

    private func amount(_ name: String, of body: JSONValue, upTo most: Int) throws -> Int? {
        guard let given = body[name], given != .null else { return nil }
        guard let number = given.integerValue, (0...most).contains(number) else {
            throw JiraRefusal.badField(name, "A number from 0 to \(most).")
        }
        return number
    }

    func clearFaults(_ call: Call) throws -> Answer {
        faults = []
        return .noContent
    }

    private func shape(of fault: Fault) -> JSONValue {
        [
            "fault": .string(fault.kind.rawValue), "path": .string(fault.path), "count": .integer(fault.count),
            "method": fault.method.map { .string($0) } ?? .null,
            "retryAfter": fault.retryAfter.map { .integer($0) } ?? .null,
        ]
    }

    /// Unlike Jira's own answers, this one shows every address.
    func listPeople(_ call: Call) throws -> Answer {
        Answer(200, .array(people.map(adminShape)))
    }

    private func adminShape(of person: Person) -> JSONValue {
        [
            "accountId": .string(person.accountID), "displayName": .string(person.displayName),
            "emailAddress": .string(person.emailAddress), "showsEmailAddress": .bool(person.showsEmailAddress),
        ]
    }

    /// `{"displayName": "Fay Moreau", "emailAddress": "fay@example.org", "showsEmailAddress": true}`
    func addPerson(_ call: Call) throws -> Answer {
        let body = try call.object()
        guard let name = body["displayName"]?.stringValue, let address = body["emailAddress"]?.stringValue else {
            throw JiraRefusal.badField("displayName", "A person has a displayName and an emailAddress.")
        }
        guard people.count < 10_000 else { throw JiraRefusal.badRequest("There are 10,000 people already.") }
        let person = Person(
            accountID: Person.accountID(people.count + 1, on: settings.deployment), displayName: name,
            emailAddress: address,
            showsEmailAddress: body["showsEmailAddress"]?.boolValue ?? true)
        people.append(person)
        return Answer(201, adminShape(of: person))
    }

    /// `{"as": "Ada Ringer", "project": "HELP", "summary": "...", "description": "...", "watchers": ["Bo Lindqvist"]}`
    func createIssueAsPerson(_ call: Call) throws -> Answer {
        let body = try call.object()
        let author = try actor(body)
        let watchers = try (body["watchers"]?.arrayValue ?? []).map { try named($0.stringValue).accountID }
        var fields: [(String, JSONValue)] = [
            ("project", ["key": body["project"] ?? "HELP"]), ("issuetype", ["name": body["type"] ?? "Task"]),
            ("summary", body["summary"] ?? .null),
        ]
        if let text = body["description"] { fields.append(("description", text)) }
        let dialect = body["description"]?.objectValue == nil ? plainDialect : .v3
        var issue = try create(try IssueFields(.members(fields), dialect), by: author)
        issue.watchers = watchers
        put(issue)
        return Answer(201, shape(of: issue, .v3, fields: FieldSelection([], standard: "*all")))
    }

    /// `{"as": "Ada Ringer", "issue": "HELP-1", "body": "..."}`
    func commentAsPerson(_ call: Call) throws -> Answer {
        let body = try call.object()
        let author = try actor(body)
        let issue = try issue(body["issue"]?.stringValue ?? "")
        let dialect = body["body"]?.objectValue == nil ? plainDialect : .v3
        let text = try RichText.read(
            body["body"] ?? .null, dialect, field: "comment", complaint: "Comment body is not valid!")
        guard let text, !text.wiki.isEmpty else {
            throw JiraRefusal.badField("comment", "Comment body can not be empty!")
        }
        let comment = try comment(text, on: issue, by: author, visibility: body["visibility"])
        return Answer(201, shape(of: comment, in: issue, .v3))
    }

    func actor(_ body: JSONValue) throws -> Person { try named(body["as"]?.stringValue) }

    /// A person by account id, name or address.
    private func named(_ name: String?) throws -> Person {
        let found = people.first { [$0.accountID, $0.displayName, $0.emailAddress].contains(name) }
        guard let found else { throw JiraRefusal.badField("as", "There is no such person. See /sandbox/people.") }
        return found
    }

    /// The bytes of an attachment, for a browser: never shown in place.
    func download(_ call: Call) throws -> Answer {
        let attachment = try attachment(call[parameter: "id"])
        var answer = content(of: attachment, range: call.headers[.range])
        let name = attachment.filename.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "file"
        answer.headers[.contentDisposition] = "attachment; filename*=UTF-8''\(name)"
        answer.headers[.contentSecurityPolicy] = "sandbox; default-src 'none'"
        return answer
    }
}
