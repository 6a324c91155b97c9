// SPDX-License-Identifier: Apache-2.0

import Markup

/// A link between two issues: the inward one is blocked by the outward one, and so on.
struct IssueLink: Codable, Equatable, Sendable {
    let id: Int
    let type: IssueLinkType
    let inward: Int
    let outward: Int
}

struct IssueLinkType: Listed {
    let id: Int
    let name: String
    let inward: String
    let outward: String

    static let all = [
        IssueLinkType(id: 10000, name: "Blocks", inward: "is blocked by", outward: "blocks"),
        IssueLinkType(id: 10001, name: "Cloners", inward: "is cloned by", outward: "clones"),
        IssueLinkType(id: 10002, name: "Duplicate", inward: "is duplicated by", outward: "duplicates"),
        IssueLinkType(id: 10003, name: "Relates", inward: "relates to", outward: "relates to"),
    ]
}

extension SandboxJira {
    /// Jira: GET /rest/api/3/issueLinkType
    func listLinkTypes(_ call: Call) throws -> Answer {
        Answer(200, ["issueLinkTypes": .array(IssueLinkType.all.map { shape(of: $0, call.dialect) })])
    }

    /// Jira: POST /rest/api/3/issueLink. Tells no id.
    func addLink(_ call: Call) throws -> Answer {
        let body = try call.object()
        let given = body["type"]?["name"]?.stringValue ?? body["type"]?["id"]?.stringValue ?? ""
        guard let type = IssueLinkType.all.first(where: { $0.name == given || String($0.id) == given }) else {
            throw JiraRefusal.notFound("No issue link type with name '\(given)' found.")
        }
        let inward = try issue(ofLink: body["inwardIssue"])
        let outward = try issue(ofLink: body["outwardIssue"])
        links.append(IssueLink(id: sequence.next(.link), type: type, inward: inward.id, outward: outward.id))
        return Answer(201, .nothing)
    }

    private func issue(ofLink end: JSONValue?) throws -> Issue {
        try issue(end?["key"]?.stringValue ?? end?["id"]?.stringValue ?? "")
    }

    func readLink(_ call: Call) throws -> Answer {
        let link = try link(call[parameter: "id"])
        guard let inward = issues[link.inward], let outward = issues[link.outward] else { throw unknownLink(call) }
        return Answer(
            200,
            [
                "id": .string(String(link.id)), "self": .string("\(root(call.dialect))/issueLink/\(link.id)"),
                "type": shape(of: link.type, call.dialect), "inwardIssue": linkedShape(of: inward, call.dialect),
                "outwardIssue": linkedShape(of: outward, call.dialect),
            ])
    }

    func deleteLink(_ call: Call) throws -> Answer {
        let link = try link(call[parameter: "id"])
        links.removeAll { $0.id == link.id }
        return .noContent
    }

    private func link(_ reference: String) throws -> IssueLink {
        guard let link = links.first(where: { String($0.id) == reference }) else {
            throw JiraRefusal.notFound("No issue link with id '\(reference)' exists.")
        }
        return link
    }

    private func unknownLink(_ call: Call) -> JiraRefusal {
        .notFound("No issue link with id '\(call[parameter: "id"])' exists.")
    }

    /// The links of an issue, each with its other end.
    func linkShapes(of issue: Issue, _ dialect: Dialect) -> JSONValue {
        let shapes = links.compactMap { link -> JSONValue? in
            guard link.inward == issue.id || link.outward == issue.id else { return nil }
            let isOutward = link.inward == issue.id
            guard let other = issues[isOutward ? link.outward : link.inward] else { return nil }
            return .members([
                ("id", .string(String(link.id))), ("self", .string("\(root(dialect))/issueLink/\(link.id)")),
                ("type", shape(of: link.type, dialect)),
                (isOutward ? "outwardIssue" : "inwardIssue", linkedShape(of: other, dialect)),
            ])
        }
        return .array(shapes)
    }

    /// What an issue shows of another.
    func linkedShape(of issue: Issue, _ dialect: Dialect) -> JSONValue {
        let names: Set = ["summary", "status", "priority", "issuetype"]
        return [
            "id": .string(String(issue.id)), "key": .string(issue.key),
            "self": .string("\(root(dialect))/issue/\(issue.id)"),
            "fields": .members(plainFields(of: issue, dialect).filter { names.contains($0.0) }),
        ]
    }

    private func shape(of type: IssueLinkType, _ dialect: Dialect) -> JSONValue {
        [
            "id": .string(String(type.id)), "name": .string(type.name), "inward": .string(type.inward),
            "outward": .string(type.outward), "self": .string("\(root(dialect))/issueLinkType/\(type.id)"),
        ]
    }
}
