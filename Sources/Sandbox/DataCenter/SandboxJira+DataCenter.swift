// SPDX-License-Identifier: Apache-2.0

import Markup

/// What Data Center answers otherwise than Cloud: people by key and name, lists without pages, a search that counts.
extension SandboxJira {
    /// Jira: GET /rest/api/2/serverInfo
    func dataCenterInfo(_ call: Call) throws -> Answer {
        Answer(
            200,
            [
                "baseUrl": .string(site), "version": "10.3.24", "versionNumbers": [10, 3, 24],
                "deploymentType": "Server", "buildNumber": 10_030_024, "buildDate": "2026-01-01T00:00:00.000+0000",
                "serverTime": .string(jiraTime(now())), "scmInfo": "sandbox",
                "serverTitle": "Sandbox: a stand-in, not Jira",
            ])
    }

    /// Jira: GET /rest/api/2/project
    func listProjects(_ call: Call) throws -> Answer {
        Answer(200, .array(browsable.map { shape(of: $0, call.dialect) }))
    }

    /// Jira: GET /rest/api/2/user
    func readNamedUser(_ call: Call) throws -> Answer {
        let (key, name) = (call.query("key"), call.query("username"))
        guard key != nil || name != nil else {
            throw JiraRefusal.badRequest("Either the 'username' or the 'key' query parameters need to be provided")
        }
        let found = people.first { key == nil ? $0.name == name : $0.accountID == key }
        guard let found else {
            throw JiraRefusal.notFound("The user with the key '\(key ?? name ?? "")' does not exist")
        }
        return Answer(200, shape(of: found, call.dialect))
    }

    /// Jira: GET /rest/api/2/user/search. Finds by the start of the user name, of a word of the name, or of the address.
    func searchNamedUsers(_ call: Call) throws -> Answer {
        guard let query = call.query("username") else {
            throw JiraRefusal.badRequest("The username query parameter was not provided")
        }
        let page = try call.page(limit: 1000, standard: 50)
        let found = pickable.filter { $0.name.hasPrefix(query.lowercased()) || $0.matches(query) }
        return Answer(200, .array(found.dropFirst(page.start).prefix(page.size).map { shape(of: $0, call.dialect) }))
    }

    /// Jira: GET and POST /rest/api/2/search
    func searchByNumbers(_ call: Call) throws -> Answer {
        let body = call.method == "POST" ? try call.object() : [:]
        let fields =
            call.method == "POST"
            ? (body["fields"]?.arrayValue ?? []).compactMap(\.stringValue) : call.list("fields")
        let start = max(0, try body["startAt"]?.integerValue ?? call.number("startAt", default: 0))
        let size = min(max(0, try body["maxResults"]?.integerValue ?? call.number("maxResults", default: 50)), 1000)
        let found = try issues(matching: body["jql"]?.stringValue ?? call.query("jql") ?? "", .unboundedToo)
        let selection = FieldSelection(fields, standard: "*navigable")
        return Answer(
            200,
            [
                "expand": "schema,names", "startAt": .integer(start), "maxResults": .integer(size),
                "total": .integer(found.count),
                "issues": .array(
                    found.dropFirst(start).prefix(size).map { shape(of: $0, call.dialect, fields: selection) }),
            ])
    }

    /// A page of what can be created, which Data Center calls `values`.
    func createPage(
        _ items: [JSONValue], _ name: String, _ page: (start: Int, size: Int), of total: Int, _ dialect: Dialect
    ) -> JSONValue {
        var members: [(String, JSONValue)] = [
            ("startAt", .integer(page.start)), ("maxResults", .integer(page.size)), ("total", .integer(total)),
            (dialect == .dataCenter ? "values" : name, .array(items)),
        ]
        if dialect == .dataCenter { members.append(("isLast", .bool(page.start + items.count >= total))) }
        return .members(members)
    }
}
