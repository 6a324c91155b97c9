// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTypes
import HummingbirdTesting
import NIOCore

@testable import Console

/// What came back.
struct Answer: Sendable {
    let status: Int
    let headers: HTTPFields
    let text: String

    func has(_ words: String) -> Bool { text.contains(words) }
    func header(_ name: String) -> String? { headers[HTTPField.Name(name)!] }
}

/// Somebody's browser: it keeps the cookie of its session.
struct Browser: Sendable {
    let port: Int
    var cookie: String?
    var token = ""

    init(_ house: House) {
        port = house.console.port
    }

    /// Signed in.
    init(_ house: House, as name: String) async throws {
        self.init(house)
        let answer = try await post("/sign-in", ["name": name, "password": House.password], isSigned: false)
        cookie = answer.header("Set-Cookie").map { String($0.prefix { $0 != ";" }) }
        let page = try await get(name == "olga" ? "/installation" : "/letters").text
        token = page.firstMatch(of: #/name="token" value="([^"]+)"/#).map { String($0.1) } ?? ""
    }

    func get(_ path: String, headers: [String: String] = [:]) async throws -> Answer {
        try await send(.get, path, nil, headers)
    }

    func post(
        _ path: String, _ form: [String: String] = [:], isSigned: Bool = true, headers: [String: String] = [:]
    ) async throws -> Answer {
        var form = form
        if isSigned, form["token"] == nil { form["token"] = token }
        let text = form.map { "\($0.key)=\(queryEncoded($0.value))" }.joined(separator: "&")
        return try await send(.post, path, Array(text.utf8), headers)
    }

    func send(
        _ method: HTTPRequest.Method, _ path: String, _ body: [UInt8]?, _ headers: [String: String] = [:]
    ) async throws -> Answer {
        var fields = HTTPFields()
        if let cookie { fields[.cookie] = cookie }
        for (name, value) in headers { fields[HTTPField.Name(name)!] = value }
        let request = TestClient.Request(
            path, method: method, headers: fields, body: body.map { ByteBuffer(bytes: $0) })
        return try await TestClient.withClient(host: "127.0.0.1", port: port) { client in
            let answer = try await client.execute(request)
            return Answer(
                status: answer.status.code, headers: answer.headers,
                text: answer.body.map { String(buffer: $0) } ?? "")
        }
    }
}
