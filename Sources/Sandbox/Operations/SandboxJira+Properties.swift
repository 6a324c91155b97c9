// SPDX-License-Identifier: Apache-2.0

import Markup

/// Entity properties of issues and comments: any JSON up to 32,768 characters under a key of up to 255.
extension SandboxJira {
    private static let limit = 32_768

    /// The `properties` of a request body: `[{"key": ..., "value": ...}]`.
    func entityProperties(_ list: JSONValue?) throws -> Properties {
        var properties = Properties()
        for element in list?.arrayValue ?? [] {
            guard let key = element["key"]?.stringValue, let value = element["value"] else {
                throw JiraRefusal.wrongPayload
            }
            try check(key, value)
            properties[key] = value
        }
        return properties
    }

    private func check(_ key: String, _ value: JSONValue) throws {
        guard !key.isEmpty, key.utf16.count <= 255 else {
            throw JiraRefusal.badRequest("The property key must be between 1 and 255 characters long.")
        }
        guard value.description.utf16.count <= Self.limit else {
            throw JiraRefusal(
                status: 400, messages: ["The property value can not be longer than 32,768 characters."])
        }
    }

    func listIssueProperties(_ call: Call) throws -> Answer {
        let issue = try issue(call)
        return keys(issue.properties, under: "\(root(call.dialect))/issue/\(issue.id)/properties")
    }

    func listCommentProperties(_ call: Call) throws -> Answer {
        let (issue, index) = try comment(call[parameter: "id"])
        let comment = issue.comments[index]
        return keys(comment.properties, under: "\(root(call.dialect))/comment/\(comment.id)/properties")
    }

    private func keys(_ properties: Properties, under path: String) -> Answer {
        let keys = properties.keys.map {
            JSONValue.members([("key", .string($0)), ("self", .string("\(path)/\($0)"))])
        }
        return Answer(200, ["keys": .array(keys)])
    }

    func readIssueProperty(_ call: Call) throws -> Answer {
        try read(call[parameter: "property"], in: issue(call).properties)
    }

    func readCommentProperty(_ call: Call) throws -> Answer {
        let (issue, index) = try comment(call[parameter: "id"])
        return try read(call[parameter: "property"], in: issue.comments[index].properties)
    }

    private func read(_ key: String, in properties: Properties) throws -> Answer {
        guard let value = properties[key] else { throw JiraRefusal.notFound("The property \(key) does not exist.") }
        return Answer(200, ["key": .string(key), "value": value])
    }

    /// Jira: PUT /rest/api/3/issue/{issueIdOrKey}/properties/{propertyKey}: 201 for a new one, 200 for a replaced one.
    func setIssueProperty(_ call: Call) throws -> Answer {
        var issue = try issue(call)
        let answer = try set(call, in: &issue.properties)
        put(issue)
        return answer
    }

    func setCommentProperty(_ call: Call) throws -> Answer {
        var (issue, index) = try comment(call[parameter: "id"])
        let answer = try set(call, in: &issue.comments[index].properties)
        put(issue)
        return answer
    }

    private func set(_ call: Call, in properties: inout Properties) throws -> Answer {
        guard let value = call.body else { throw JiraRefusal.unreadable }
        let key = call[parameter: "property"]
        try check(key, value)
        let isNew = properties[key] == nil
        properties[key] = value
        return Answer(isNew ? 201 : 200, .nothing)
    }

    func deleteIssueProperty(_ call: Call) throws -> Answer {
        var issue = try issue(call)
        try remove(call[parameter: "property"], from: &issue.properties)
        put(issue)
        return .noContent
    }

    func deleteCommentProperty(_ call: Call) throws -> Answer {
        var (issue, index) = try comment(call[parameter: "id"])
        try remove(call[parameter: "property"], from: &issue.comments[index].properties)
        put(issue)
        return .noContent
    }

    private func remove(_ key: String, from properties: inout Properties) throws {
        guard properties[key] != nil else { throw JiraRefusal.notFound("The property \(key) does not exist.") }
        properties[key] = nil
    }
}
