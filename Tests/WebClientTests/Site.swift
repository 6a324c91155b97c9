// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import Fakes
import Jira
import Markup
import NIOCore
import NIOHTTP1
import Testing
import Vault
import WebClient

let issue = IssueReference.id(IssueID("10407")!)
let document: JSONValue = ["type": "doc", "version": 1, "content": []]
let account = #"{"accountId":"70121:robot","displayName":"Martlet","active":true,"accountType":"app"}"#

/// A site whose server always answers the same, closed at the end.
func withSite<Value>(
    time: Duration = .seconds(10), limit: Int = 1 << 20, account: String = "martlet@birdhouse.example",
    answering reply: ScriptedHTTPServer.Reply, atHead: ScriptedHTTPServer.Reply? = nil,
    _ body: (JiraSite, ScriptedHTTPServer) async throws -> Value
) async throws -> Value {
    let server = try await ScriptedHTTPServer.start(reply, atHead: atHead)
    let limits = CallLimits(time: time, answer: limit, uploadRate: 1 << 30)
    let value = try await withSite(at: server.address, account: account, limits: limits) { site in
        let value = try await body(site, server)
        try await server.stop()
        return value
    }
    if SpecificationProxy.isThere { try await expectSpecified(server.received) }
    return value
}

/// Holds to Atlassian's specifications what a server was asked: afterwards, since a checker on the way would change how it
/// is asked, which these tests are about.
private func expectSpecified(_ requests: [ScriptedHTTPServer.Received]) async throws {
    let found = try await SpecificationProxy.violations(by: .cloud) { address in
        for received in requests {
            var request = HTTPClientRequest(url: "\(address)\(received.target)")
            request.method = HTTPMethod(rawValue: received.method)
            for name in ["Authorization", "Content-Type", "X-Atlassian-Token"] {
                if let value = received.header(name) { request.headers.add(name: name, value: value) }
            }
            request.body = .bytes(ByteBuffer(bytes: received.body))
            _ = try await HTTPClient.shared.execute(request, timeout: .seconds(30))
        }
    }
    let ours = found.filter { $0.direction == .request }
    #expect(ours.isEmpty, "\(ours.map(\.description).joined(separator: "\n"))")
}

func withSite<Value>(
    at address: String, account: String = "martlet@birdhouse.example", limits: CallLimits = .standard,
    reach: Reach = .anywhere, _ body: (JiraSite) async throws -> Value
) async throws -> Value {
    let connections = HTTPConnections()
    let connection = SiteConnection(
        address: SiteAddress(address)!, credentials: .account(account, Secret("s3cret")), reach: reach, limits: limits)
    do {
        let value = try await body(JiraSite(connection: connection, over: connections))
        try await connections.close()
        return value
    } catch {
        try await connections.close()
        throw error
    }
}

/// The failure of a call that must fail.
func failure<Value>(of call: () async throws -> Value) async throws -> WebClientError? {
    do {
        _ = try await call()
        return nil
    } catch let error as WebClientError {
        return error
    }
}
