// SPDX-License-Identifier: Apache-2.0

import Foundation
import Markup
import NIOCore

/// JSON as Jira Service Management writes it.
extension SandboxJira {
    func page<Item>(_ items: [Item], _ call: Call, _ shape: (Item) -> JSONValue) throws -> JSONValue {
        let start = max(0, try call.number("start", default: 0))
        let limit = min(max(1, try call.number("limit", default: 50)), 100)
        let shown = items.dropFirst(start).prefix(limit)
        return [
            "size": .integer(shown.count), "start": .integer(start), "limit": .integer(limit),
            "isLastPage": .bool(start + shown.count >= items.count), "values": .array(shown.map(shape)),
            "_links": ["self": .string("\(site)\(call.path)")],
        ]
    }

    func date(_ time: Date) -> JSONValue {
        let text = jiraTime(time)
        return [
            "iso8601": .string(text.replacing(".000", with: "")), "jira": .string(text), "friendly": .string(text),
            "epochMillis": .integer(Int(time.timeIntervalSince1970 * 1000)),
        ]
    }

    func deskShape(of desk: Project) -> JSONValue {
        [
            "id": .string(String(desk.id)), "projectId": .string(String(desk.id)),
            "projectKey": .string(desk.key), "projectName": .string(desk.name),
            "_links": ["self": .string("\(site)/rest/servicedeskapi/servicedesk/\(desk.id)")],
        ]
    }

    func deskShape(of type: IssueType, in desk: Project) -> JSONValue {
        [
            "id": .string(requestTypeID(type)), "name": .string("Ask for a \(type.name.lowercased())"),
            "description": .string(type.description), "helpText": "", "serviceDeskId": .string(String(desk.id)),
            "portalId": .string(String(desk.id)), "issueTypeId": .string(String(type.id)), "groupIds": [],
        ]
    }

    func deskShape(of attachment: Attachment) -> JSONValue {
        [
            "filename": .string(attachment.filename), "author": person(attachment.author).map(deskShape) ?? .null,
            "created": date(attachment.created), "size": .integer(attachment.bytes.readableBytes),
            "mimeType": .string(attachment.type),
            "_links": [
                "jiraRest": .string("\(root(.v2))/attachment/\(attachment.id)"),
                "content": .string("\(root(.v2))/attachment/content/\(attachment.id)"),
            ],
        ]
    }

    func deskShape(ofStatus issue: Issue) -> JSONValue {
        [
            "status": .string(issue.status.name), "statusCategory": .string(issue.status.category.key.uppercased()),
            "statusDate": date(issue.updated),
        ]
    }

    func deskShape(of person: Person) -> JSONValue {
        var members: [(String, JSONValue)] = [
            ("accountId", .string(person.accountID)), ("displayName", .string(person.displayName)),
            ("active", .bool(person.isActive)), ("timeZone", .string(person.timeZone)),
            ("_links", ["self": .string("\(root(.v2))/user?accountId=\(person.accountID)")]),
        ]
        if person.showsEmailAddress { members.append(("emailAddress", .string(person.emailAddress))) }
        return .members(members)
    }

    func deskShape(of organization: ServiceDeskState.Organization) -> JSONValue {
        [
            "id": .string(String(organization.id)), "name": .string(organization.name),
            "_links": ["self": .string("\(site)/rest/servicedeskapi/organization/\(organization.id)")],
        ]
    }

    func deskShape(of comment: Comment) -> JSONValue {
        [
            "id": .string(String(comment.id)), "body": .string(comment.body.wiki), "public": .bool(comment.isPublic),
            "author": person(comment.author).map(deskShape) ?? .null, "created": date(comment.created),
        ]
    }

    func deskShape(of field: Field, on form: Form) -> JSONValue {
        func choice(_ option: CustomField.Option) -> JSONValue {
            let children = field.custom?.options(below: option.id) ?? []
            return [
                "value": .string(String(option.id)), "label": .string(option.value),
                "children": .array(children.map(choice)),
            ]
        }
        return [
            "fieldId": .string(field.id), "name": .string(field.name), "description": "",
            "required": .bool(field.id == "summary" || form.required.contains(field.id)), "visible": true,
            "validValues": .array((field.custom?.options(below: nil) ?? []).map(choice)), "defaultValues": [],
            "presetValues": [], "jiraSchema": schema(of: field),
        ]
    }

    func shape(ofRequest issue: Issue) throws -> JSONValue {
        let request = try request(issue)
        return [
            "issueId": .string(String(issue.id)), "issueKey": .string(issue.key), "summary": .string(issue.summary),
            "requestTypeId": .string(requestTypeID(request.type)), "serviceDeskId": .string(String(issue.project)),
            "createdDate": date(issue.created), "reporter": person(issue.reporter).map(deskShape) ?? .null,
            "requestFieldValues": [
                ["fieldId": "summary", "label": "Summary", "value": .string(issue.summary)],
                [
                    "fieldId": "description", "label": "Description",
                    "value": .string(issue.description?.wiki ?? ""),
                ],
            ],
            "currentStatus": deskShape(ofStatus: issue),
            "_links": [
                "self": .string("\(site)/rest/servicedeskapi/request/\(issue.id)"),
                "jiraRest": .string("\(root(.v2))/issue/\(issue.id)"),
                "web": .string("\(site)/servicedesk/customer/portal/\(issue.project)/\(issue.key)"),
                "agent": .string("\(site)/browse/\(issue.key)"),
            ],
        ]
    }
}
