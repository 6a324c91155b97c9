// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A REST operation: where it is and what answers it.
struct Endpoint: Sendable {
    enum Intake: Sendable {
        case json
        case files
    }

    typealias Operation = @Sendable (isolated SandboxJira, Call) throws -> Answer

    let method: String
    let segments: [Substring]
    let intake: Intake
    let operation: Operation

    init(_ method: String, _ template: String, _ intake: Intake = .json, _ operation: @escaping Operation) {
        self.method = method
        segments = template.split(separator: "/")
        self.intake = intake
        self.operation = operation
    }

    var path: String { segments.joined(separator: "/") }

    /// The path's parameters by name, or nil when the path is another.
    func match(_ path: [String]) -> [String: String]? {
        guard path.count == segments.count else { return nil }
        var parameters: [String: String] = [:]
        for (segment, given) in zip(segments, path) {
            if segment.hasPrefix("{") {
                parameters[String(segment.dropFirst().dropLast())] = given
            } else if segment != given {
                return nil
            }
        }
        return parameters
    }

    /// The operation for a request, or Jira's refusal of an unknown path (404) or a wrong method (405).
    static func find(
        _ method: String, _ path: [String], in table: [Endpoint], written: String
    ) throws -> (Endpoint, [String: String]) {
        var allowed: [String] = []
        for endpoint in table {
            guard let parameters = endpoint.match(path) else { continue }
            if endpoint.method == method { return (endpoint, parameters) }
            allowed.append(endpoint.method)
        }
        if allowed.isEmpty { throw JiraRefusal.unknownPath(method, written) }
        throw JiraRefusal.wrongMethod(method, allow: allowed)
    }
}
