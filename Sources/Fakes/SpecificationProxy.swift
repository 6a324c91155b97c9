// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
public import Foundation
import LocalServers
import NIOCore
import NIOFoundationCompat
import NIOHTTP1

/// A way to a server that stands in for Jira, on which all that is asked and answered is held to Atlassian's own
/// specifications.
///
///     let found = try await SpecificationProxy.violations(before: sandbox.jiraURL, by: .cloud) { address in … }
///     #expect(found.isEmpty)
///
/// One program, `Scripts/lib/specification_proxy.py`, serves a whole test run and ends with it.
public enum SpecificationProxy {
    public enum Document: String, Sendable {
        /// REST v3 and v2 of Jira Cloud, Service Management, Software.
        case cloud
        case dataCenter
    }

    /// Something that is not as the specification says.
    public struct Violation: Sendable, CustomStringConvertible {
        public enum Direction: String, Sendable, Decodable {
            case request
            case response
        }

        public let direction: Direction
        public let method: String
        public let path: String
        public let status: Int?
        /// As the checker names it: `request-schema`, …
        public let kind: String
        public let place: String
        public let message: String

        public var description: String {
            "\(method) \(path)\(status.map { " \($0)" } ?? ""): \(kind) at \"\(place)\": \(message)"
        }
    }

    private static let reference = ProcessInfo.processInfo.environment["MARTLET_REFERENCE"]
    private static let python = reference == nil ? nil : Program.python(with: "openapi_core, jsonschema, requests")

    /// Whether the specifications are here, and what the checker needs.
    public static var isThere: Bool { python != nil }
    public static let need: String = "needs MARTLET_REFERENCE and Python with openapi-core, jsonschema, requests"

    /// Runs a body that reaches a server by the proxy alone, and gives what was found, but for the documents' own
    /// defects.
    ///
    /// - Parameters:
    ///   - upstream: Where the server is. Without one the checker's own stand-in answers.
    ///   - body: Gets the address to use in place of the server's, with the same path.
    public static func violations(
        before upstream: URL? = nil, by document: Document, _ body: (_ address: URL) async throws -> Void
    ) async throws -> [Violation] {
        let control = "http://127.0.0.1:\(try await Running.shared.port())/doors"
        let context = upstream?.path ?? ""
        let wish = Wish(upstream: upstream?.absoluteString, context: context, document: document.rawValue)
        var opening = HTTPClientRequest(url: control)
        opening.method = .POST
        opening.body = .bytes(ByteBuffer(bytes: try JSONEncoder().encode(wish)))
        let door: Door = try await answer(to: opening)
        var closing = HTTPClientRequest(url: "\(control)/\(door.port)")
        closing.method = .DELETE
        do {
            try await body(URL(string: "http://127.0.0.1:\(door.port)\(context)")!)
        } catch {
            let _: [Exchange] = try await answer(to: closing)
            throw error
        }
        let found: [Exchange] = try await answer(to: closing)
        return found.flatMap(\.violations).filter { !document.isDefective(about: $0) }
    }

    private static func answer<Value: Decodable>(to request: HTTPClientRequest) async throws -> Value {
        let answer = try await HTTPClient.shared.execute(request, timeout: .seconds(90))
        return try JSONDecoder().decode(Value.self, from: try await answer.body.collect(upTo: 64 << 20))
    }

    /// The program, started once.
    private actor Running {
        static let shared = Running()
        private var start: Task<(ServerProcess, Int), any Error>?

        func port() async throws -> Int {
            if start == nil {
                start = Task {
                    let folder = try TemporaryFolder()
                    let port = try await freePort()
                    let script = URL(filePath: #filePath).deletingLastPathComponent()
                        .appending(path: "../../Scripts/lib/specification_proxy.py").standardizedFileURL
                    let program = try await ServerProcess.start(
                        [python ?? "python3", script.path, reference ?? "", String(port)], in: folder,
                        listeningOn: port, within: .seconds(60))
                    return (program, port)
                }
            }
            return try await start!.value.1
        }
    }
}

private struct Wish: Encodable {
    var upstream: String?
    var context: String
    var document: String
}

private struct Door: Decodable {
    var port: Int
}

extension SpecificationProxy.Document {
    /// Whether what was found is what the document says wrongly, or does not say.
    fileprivate func isDefective(about violation: SpecificationProxy.Violation) -> Bool {
        // Jira answers with more than is listed: 429 nearly everywhere.
        if violation.kind == "response-status-undocumented" { return true }
        // What a site has beside REST stands in other documents.
        let elsewhere = ["/authorize", "/oauth/", "/rest/webhooks/1.0/", "/rest/jira-webhook/1.0/"]
        let isElsewhere = elsewhere.contains { violation.path.hasPrefix($0) }
        if violation.kind == "request-path", isElsewhere { return true }
        // Who is not let in is told so by what stands before Jira, in words of its own.
        if violation.status == 401, violation.kind == "response-schema", violation.place == "/" { return true }
        switch self {
        case .cloud: return false
        case .dataCenter:
            // A property's value is any JSON, and is called a string.
            return violation.place.hasSuffix("/value")
                || violation.place == "/" && violation.message.hasSuffix("'string'")
        }
    }
}

/// One exchange of which the checker has something to say.
private struct Exchange: Decodable {
    struct Finding: Decodable {
        var kind: String
        var `where`: String
        var message: String
    }

    private enum CodingKeys: String, CodingKey {
        case direction, method, path, status
        case found = "violations"
    }

    var direction: SpecificationProxy.Violation.Direction
    var method: String
    var path: String
    var status: Int?
    var found: [Finding]

    var violations: [SpecificationProxy.Violation] {
        found.map {
            SpecificationProxy.Violation(
                direction: direction, method: method, path: path, status: status, kind: $0.kind, place: $0.where,
                message: $0.message)
        }
    }
}
