// SPDX-License-Identifier: Apache-2.0

import Foundation
import Markup

/// Searching by JQL: newest issue first where `order by` says nothing else. What is new or changed is found after a lag, where one is set.
extension SandboxJira {
    /// Jira: GET /rest/api/3/search
    func retiredSearch(_ call: Call) throws -> Answer {
        throw JiraRefusal(
            status: 410,
            messages: [
                "The requested API has been removed. Please migrate to the /rest/api/3/search/jql API. A full migration "
                    + "guideline is available at https://developer.atlassian.com/changelog/#CHANGE-2046"
            ])
    }

    /// Jira: GET /rest/api/3/search/jql
    func search(_ call: Call) throws -> Answer {
        try answer(
            SearchRequest(
                jql: call.query("jql") ?? "", size: try call.number("maxResults", default: 50),
                token: call.query("nextPageToken"), fields: call.list("fields"), properties: call.list("properties")),
            call.dialect)
    }

    /// Jira: POST /rest/api/3/search/jql. The body is closed: an unknown member is refused.
    func searchByBody(_ call: Call) throws -> Answer {
        try answer(SearchRequest(try call.object()), call.dialect)
    }

    /// Jira: POST /rest/api/3/search/approximate-count
    func count(_ call: Call) throws -> Answer {
        let found = try issues(matching: try call.object()["jql"]?.stringValue ?? "")
        return Answer(200, ["count": .integer(found.count)])
    }

    private func answer(_ request: SearchRequest, _ dialect: Dialect) throws -> Answer {
        guard (1...5000).contains(request.size) else {
            throw JiraRefusal.badRequest("The max results parameter has to be between 1 and 5,000.")
        }
        let start = try request.start()
        let found = try issues(matching: request.jql, reconciling: request.reconciled)
        let fields = FieldSelection(request.fields, standard: "id")
        let shown = found.dropFirst(start).prefix(request.size).map { issue -> JSONValue in
            if fields.isOnlyID, request.properties.isEmpty { return ["id": .string(String(issue.id))] }
            return shape(of: issue, dialect, fields: fields, properties: request.properties)
        }
        let end = start + shown.count
        var members: [(String, JSONValue)] = [
            ("issues", .array(shown)), ("isLast", .bool(end >= found.count)),
        ]
        if end < found.count { members.append(("nextPageToken", .string(request.token(at: end)))) }
        return Answer(200, .members(members))
    }

    /// Whether a query that restricts nothing is answered, as Data Center does.
    enum SearchBound {
        case boundedOnly
        case unboundedToo
    }

    /// - Parameter reconciling: Issues that are looked up as they are, whatever the index knows of them.
    func issues(
        matching jql: String, _ bound: SearchBound = .boundedOnly, reconciling: Set<Int> = []
    ) throws -> [Issue] {
        let clause = try JQLParser.clause(jql)
        if clause == nil, bound == .boundedOnly {
            throw JiraRefusal.badRequest(
                "Unbounded JQL queries are not allowed here. Please add a search restriction to your query.")
        }
        if let clause { try checkValues(of: clause) }
        let (time, lag) = (now(), limits.settings.searchLag)
        let known = issuesInOrder.reversed().compactMap { issue in
            reconciling.contains(issue.id) ? issue : index.known(issue, at: time, lag: lag)
        }
        let found = try known.filter { sees($0, apiUser) }.filter { issue in
            try clause.map { try matches($0, issue) } ?? true
        }
        let orders = try JQLOrder.all(in: jql)
        guard !orders.isEmpty else { return found }
        // Stable, so that what no order tells apart stays newest first.
        return found.enumerated().sorted { one, other in
            orders.lazy.compactMap { $0.precedes(one.element, other.element) }.first ?? (one.offset < other.offset)
        }.map(\.element)
    }
}

private struct SearchRequest {
    var jql = ""
    var size = 50
    var token: String?
    var fields: [String] = []
    var properties: [String] = []
    var reconciled: Set<Int> = []

    init(jql: String, size: Int, token: String?, fields: [String], properties: [String]) {
        self.jql = jql
        self.size = size
        self.token = token
        self.fields = fields
        self.properties = properties
    }

    init(_ body: JSONValue) throws {
        let known: Set = [
            "jql", "maxResults", "nextPageToken", "fields", "properties", "expand", "fieldsByKeys", "reconcileIssues",
        ]
        let members = body.objectValue ?? [:]
        guard members.keys.allSatisfy(known.contains) else { throw JiraRefusal.wrongPayload }
        func member<Value>(_ name: String, _ read: (JSONValue) -> Value?) throws -> Value? {
            guard let value = members[name], !value.isNull else { return nil }
            guard let read = read(value) else { throw JiraRefusal.wrongPayload }
            return read
        }
        jql = try member("jql", \.stringValue) ?? ""
        size = try member("maxResults", \.integerValue) ?? 50
        token = try member("nextPageToken", \.stringValue)
        fields = try member("fields", \.arrayValue)?.compactMap(\.stringValue) ?? []
        properties = try member("properties", \.arrayValue)?.compactMap(\.stringValue) ?? []
        reconciled = Set(try member("reconcileIssues", \.arrayValue)?.compactMap(\.integerValue) ?? [])
        guard reconciled.count <= 50 else { throw JiraRefusal.wrongPayload }
    }

    /// A token names a place in the answer to this one query.
    func token(at place: Int) -> String {
        Data("\(place)|\(jql)".utf8).base64EncodedString()
    }

    func start() throws -> Int {
        guard let token else { return 0 }
        guard let data = Data(base64Encoded: token), case let text = String(decoding: data, as: UTF8.self),
            let bar = text.firstIndex(of: "|"), let place = Int(text[..<bar]), text[bar...].dropFirst() == jql
        else { throw JiraRefusal.badRequest("The provided next page token is invalid or expired.") }
        return place
    }
}
