// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import Foundation
import Markup
import NIOCore
import NIOHTTP1
import Synchronization
import Testing

@testable import Sandbox

/// What came back from a request.
struct Reply: Sendable {
    let status: Int
    let headers: HTTPHeaders
    let bytes: [UInt8]

    var text: String { String(decoding: bytes, as: UTF8.self) }
    var json: JSONValue { (try? JSONValue(parsing: bytes)) ?? .null }
    /// The sentences of a refusal: `errorMessages`, then `field: text`.
    var refusals: [String] {
        (json["errorMessages"]?.arrayValue ?? []).compactMap(\.stringValue)
            + (json["errors"]?.objectValue ?? [:]).sorted { $0.key < $1.key }.map {
                "\($0.key): \($0.value.stringValue ?? "")"
            }
    }
}

/// A Jira site as a client sees it.
struct Site: Sendable {
    var base: String
    var credentials = "mail-handler@example.com:sandbox-token"

    func send(
        _ method: HTTPMethod, _ path: String, _ body: JSONValue? = nil, headers: [(String, String)] = []
    ) async throws -> Reply {
        try await send(
            method, path, bytes: body?.serialized,
            headers: body == nil ? headers : headers + [("Content-Type", "application/json")])
    }

    func send(
        _ method: HTTPMethod, _ path: String, bytes: [UInt8]?, headers: [(String, String)] = []
    ) async throws -> Reply {
        var request = HTTPClientRequest(url: base + path)
        request.method = method
        request.headers = HTTPHeaders(headers)
        if !credentials.isEmpty {
            request.headers.add(name: "Authorization", value: "Basic " + Data(credentials.utf8).base64EncodedString())
        }
        if let bytes { request.body = .bytes(ByteBuffer(bytes: bytes)) }
        let client = HTTPClient.shared
        let answer = try await client.execute(request, timeout: .seconds(60))
        let body = try await answer.body.collect(upTo: 64 << 20)
        return Reply(status: Int(answer.status.code), headers: answer.headers, bytes: Array(body.readableBytesView))
    }

    func get(_ path: String) async throws -> Reply { try await send(.GET, path) }
    func post(_ path: String, _ body: JSONValue) async throws -> Reply { try await send(.POST, path, body) }
    func put(_ path: String, _ body: JSONValue) async throws -> Reply { try await send(.PUT, path, body) }

    /// The key of a new issue.
    func issue(_ summary: String = "Printer on fire", project: JSONValue = "HELP") async throws -> String {
        let reply = try await post("/rest/api/3/issue", ["fields": fields(summary, project: project)])
        return try #require(reply.json["key"]?.stringValue, "\(reply.text)")
    }

    func upload(_ bytes: [UInt8], named name: String, to key: String, token: String? = "no-check") async throws -> Reply
    {
        let boundary = "b0undary"
        let head = """
            --\(boundary)\r\nContent-Disposition: form-data; name="file"; filename="\(name)"\r\n\
            Content-Type: image/png\r\n\r\n
            """
        var headers = [("Content-Type", "multipart/form-data; boundary=\(boundary)")]
        if let token { headers.append(("X-Atlassian-Token", token)) }
        return try await send(
            .POST, "/rest/api/3/issue/\(key)/attachments",
            bytes: Array(head.utf8) + bytes + Array("\r\n--\(boundary)--\r\n".utf8), headers: headers)
    }
}

func fields(_ summary: String, project: JSONValue = "HELP", text: String = "It is *very* warm.") -> JSONValue {
    [
        "project": ["key": project], "issuetype": ["name": "Task"], "summary": .string(summary),
        "description": document(text),
    ]
}

func document(_ text: String) -> JSONValue {
    [
        "type": "doc", "version": 1,
        "content": [["type": "paragraph", "content": [["type": "text", "text": .string(text)]]]],
    ]
}

/// A time that a test moves.
final class Clock: Sendable {
    private let time = Mutex(Date(timeIntervalSince1970: 1_769_860_800))

    var now: Date { time.withLock { $0 } }

    func advance(_ seconds: Double) { time.withLock { $0 += seconds } }
}

/// Runs a test against a sandbox of its own, whose clock stands at one moment.
func withSandbox<Value>(
    _ set: (inout SandboxConfiguration) -> Void = { _ in }, _ body: (Site, RunningSandbox) async throws -> Value
) async throws -> Value {
    var configuration = SandboxConfiguration()
    configuration.now = { Date(timeIntervalSince1970: 1_769_860_800) }
    configuration.webhookPause = .zero
    set(&configuration)
    let sandbox = try await start(configuration)
    do {
        let value = try await body(Site(base: sandbox.jiraURL.absoluteString), sandbox)
        await sandbox.stop()
        return value
    } catch {
        await sandbox.stop()
        throw error
    }
}
