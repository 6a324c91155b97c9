// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Markup

/// A refusal in Jira's own words and shapes.
struct JiraRefusal: Error, Equatable {
    enum Shape: Equatable {
        /// `{"errorMessages":[],"errors":{}}`, and of Service Management `{"errorMessage":"…"}`
        case full
        /// Without `errors`: what Jira says about a body that it cannot read.
        case bare
        /// `application/problem+json`
        case problem(title: String, allow: String?)
    }

    var status: Int
    var messages: [String] = []
    var errors: [String: String] = [:]
    var shape = Shape.full

    static func badRequest(_ message: String) -> JiraRefusal { failure(400, message) }
    static func badField(_ name: String, _ message: String) -> JiraRefusal {
        JiraRefusal(status: 400, errors: [name: message])
    }
    static func failure(_ status: Int, _ message: String) -> JiraRefusal {
        JiraRefusal(status: status, messages: [message])
    }
    static func notFound(_ message: String) -> JiraRefusal { failure(404, message) }

    static let unknownIssue = notFound("Issue does not exist or you do not have permission to see it.")
    static let unreadable = JiraRefusal(
        status: 400, messages: ["There was an error parsing JSON. Check that your request body is valid."], shape: .bare
    )
    static let wrongPayload = JiraRefusal(
        status: 400,
        messages: ["Invalid request payload. Refer to the REST API documentation and try again."], shape: .bare)

    static func unknownPath(_ method: String, _ path: String) -> JiraRefusal {
        JiraRefusal(
            status: 404, messages: ["No endpoint \(method) \(path)."], shape: .problem(title: "Not Found", allow: nil))
    }

    static func wrongMethod(_ method: String, allow: [String]) -> JiraRefusal {
        JiraRefusal(
            status: 405, messages: ["Method '\(method)' is not supported."],
            shape: .problem(title: "Method Not Allowed", allow: allow.joined(separator: ",")))
    }

    static func unconvertible(_ name: String, _ value: String) -> JiraRefusal {
        JiraRefusal(
            status: 400, messages: ["Failed to convert '\(name)' with value: '\(value)'"],
            shape: .problem(title: "Bad Request", allow: nil))
    }

    /// The answer that carries it.
    func answer(path: String) -> Answer {
        let byName = errors.sorted { $0.key < $1.key }
        switch shape {
        case .full where path.contains("/rest/servicedeskapi/"):
            return Answer(status, ["errorMessage": .string((messages + byName.map(\.value)).joined(separator: " "))])
        case .full:
            return Answer(
                status,
                [
                    "errorMessages": .array(messages.map { .string($0) }),
                    "errors": .members(byName.map { ($0.key, .string($0.value)) }),
                ])
        case .bare:
            return Answer(status, ["errorMessages": .array(messages.map { .string($0) })])
        case .problem(let title, let allow):
            var answer = Answer(
                status,
                [
                    "type": "about:blank", "title": .string(title), "status": .integer(status),
                    "detail": .string(messages.first ?? title), "instance": .string(path),
                ])
            answer.type = "application/problem+json;charset=UTF-8"
            if let allow { answer.headers[.allow] = allow }
            return answer
        }
    }
}
