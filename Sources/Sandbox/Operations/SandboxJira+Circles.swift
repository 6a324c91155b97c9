// SPDX-License-Identifier: Apache-2.0

import Markup

/// Groups and roles, and what only some of them see.
extension SandboxJira {
    private func isMember(_ person: Person, of circle: Circle) -> Bool { circle.members.contains(person.displayName) }

    /// A comment that is for a group or a role is seen by its members and its author.
    func sees(_ comment: Comment, _ person: Person) -> Bool {
        guard let visibility = comment.visibility, comment.author != person.accountID,
            let name = (visibility["identifier"] ?? visibility["value"])?.stringValue,
            let circle = Circle.named(name, visibility["type"] == "group" ? .group : .role)
        else { return true }
        return isMember(person, of: circle)
    }

    /// An issue with a level of security is seen by the role that the level is for. What the API user may browse can be taken.
    func sees(_ issue: Issue, _ person: Person) -> Bool {
        guard person.accountID != apiUser.accountID || may("BROWSE_PROJECTS", in: issue.project) else { return false }
        guard let level = issue.security.flatMap({ entry($0, of: issue) }),
            let name = SecurityLevel.all.first(where: { $0.name == level.name })?.circle,
            let circle = Circle.named(name, .role)
        else { return true }
        return isMember(person, of: circle)
    }

    /// Jira: GET /rest/api/3/groups/picker
    func pickGroups(_ call: Call) throws -> Answer {
        let query = call.query("query")?.lowercased() ?? ""
        let found = Circle.all.filter { $0.kind == .group && $0.name.contains(query) }
        let groups = found.map { group -> JSONValue in
            [
                "name": .string(group.name), "html": .string(group.name), "labels": [],
                "groupId": .string(group.groupID),
            ]
        }
        return Answer(
            200,
            [
                "header": .string("Showing \(found.count) of \(found.count) matching groups"),
                "total": .integer(found.count), "groups": .array(groups),
            ])
    }

    /// Jira: GET /rest/api/3/group/member
    func listGroupMembers(_ call: Call) throws -> Answer {
        let reference = call.query("groupId") ?? call.query("groupname") ?? ""
        guard let group = Circle.named(reference, .group) else {
            throw JiraRefusal.notFound("The group '\(reference)' does not exist.")
        }
        let page = try call.page(limit: 50, standard: 50)
        let members = people.filter { isMember($0, of: group) }
        let shown = members.dropFirst(page.start).prefix(page.size)
        return Answer(
            200,
            [
                "self": .string("\(root(call.dialect))/group/member?groupname=\(group.name)"),
                "maxResults": .integer(page.size), "startAt": .integer(page.start), "total": .integer(members.count),
                "isLast": .bool(page.start + shown.count >= members.count),
                "values": .array(shown.map { shape(of: $0, call.dialect) }),
            ])
    }

    /// Jira: GET /rest/api/3/user/groups
    func listGroups(_ call: Call) throws -> Answer {
        let person = try person(call.query("accountId") ?? "", call.dialect)
        let groups = Circle.all.filter { $0.kind == .group && isMember(person, of: $0) }
        return Answer(
            200,
            .array(
                groups.map { shape(ofGroup: $0.name, call.dialect) }))
    }

    func shape(ofGroup name: String, _ dialect: Dialect) -> JSONValue {
        guard let group = Circle.named(name, .group) else { return .null }
        if dialect == .dataCenter {
            return [
                "name": .string(group.name), "self": .string("\(root(dialect))/group?groupname=\(group.name)"),
            ]
        }
        return [
            "name": .string(group.name), "groupId": .string(group.groupID),
            "self": .string("\(root(dialect))/group?groupId=\(group.groupID)"),
        ]
    }

    /// Jira: GET /rest/api/3/project/{projectIdOrKey}/role
    func listRoles(_ call: Call) throws -> Answer {
        let project = try project(call)
        let roles = Circle.all.filter { $0.kind == .role }
        return Answer(
            200, .members(roles.map { ($0.name, .string("\(root(call.dialect))/project/\(project.id)/role/\($0.id)")) })
        )
    }

    /// Jira: GET /rest/api/3/project/{projectIdOrKey}/role/{id}
    func readRole(_ call: Call) throws -> Answer {
        let project = try project(call)
        guard let role = Circle.named(call[parameter: "id"], .role) else {
            throw JiraRefusal.notFound("Can not retrieve a role actor for a null project role.")
        }
        let actors = people.filter { isMember($0, of: role) }.enumerated().map { index, person -> JSONValue in
            [
                "id": .integer(role.id * 100 + index), "displayName": .string(person.displayName),
                "type": "atlassian-user-role-actor", "actorUser": ["accountId": .string(person.accountID)],
            ]
        }
        return Answer(
            200,
            [
                "self": .string("\(root(call.dialect))/project/\(project.id)/role/\(role.id)"),
                "name": .string(role.name), "id": .integer(role.id), "description": "", "actors": .array(actors),
            ])
    }
}
