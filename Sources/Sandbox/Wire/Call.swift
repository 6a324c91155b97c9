// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Markup
import NIOCore

/// REST v3 speaks the Atlassian Document Format in objects, v2 wiki markup in strings; Data Center's v2 also knows people by
/// key and name.
enum Dialect: Sendable {
    case v2
    case v3
    case dataCenter

    /// What stands in the path.
    var version: String { self == .v3 ? "3" : "2" }
}

/// One file of a multipart upload.
struct Upload: Sendable {
    let name: String
    let filename: String?
    let type: String
    let bytes: ByteBuffer
}

/// A REST request with its path taken apart and its body read.
struct Call: Sendable {
    var dialect = Dialect.v3
    var method = "GET"
    var path = ""
    var parameters: [String: String] = [:]
    var query: [(name: String, value: String)] = []
    var headers = HTTPFields()
    /// Nil without a body.
    var body: JSONValue?
    var uploads: [Upload] = []
    var caller: Person
    /// Whether it came with a token of OAuth 2.0.
    var isApp = false

    subscript(parameter name: String) -> String { parameters[name] ?? "" }

    /// The first value of a query parameter.
    func query(_ name: String) -> String? {
        query.first { $0.name == name }?.value
    }

    /// All values of a query parameter, also where they are joined by commas.
    func list(_ name: String) -> [String] {
        query.filter { $0.name == name }.flatMap { $0.value.split(separator: ",").map(String.init) }
    }

    func number(_ name: String, default standard: Int) throws -> Int {
        guard let text = query(name) else { return standard }
        guard let number = Int(text) else { throw JiraRefusal.unconvertible(name, text) }
        return number
    }

    /// `startAt` and `maxResults`, the latter held under Jira's limit for the operation.
    func page(limit: Int, standard: Int) throws -> (start: Int, size: Int) {
        (max(0, try number("startAt", default: 0)), min(max(0, try number("maxResults", default: standard)), limit))
    }

    /// The body, which must be an object.
    func object() throws -> JSONValue {
        guard let body, body.objectValue != nil else { throw JiraRefusal.wrongPayload }
        return body
    }
}
