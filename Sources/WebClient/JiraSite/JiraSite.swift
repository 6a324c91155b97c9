// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
public import Jira
import Markup
public import NIOCore
import NIOHTTP1
import Vault

/// Speaks to one Jira.
public struct JiraSite: Sendable {
    private let connection: SiteConnection
    private let client: HTTPClient
    private let traffic: SiteTraffic

    public init(connection: SiteConnection, over connections: HTTPConnections) {
        self.connection = connection
        client = connections.client(for: connection.reach)
        traffic = connections.traffic(
            to: connection.address, rates: connection.limits.rates ?? connection.address.rates)
    }

    public var deployment: Deployment { connection.deployment }

    public func get<Answer>(_ read: Read<Answer>) async throws -> Answer {
        let request = read.request(for: deployment)
        let answer: Answered
        do {
            answer = try await send(request)
        } catch let error as WebClientError where isClosedConnection(error.underlying) {
            // Reading twice does no harm, and a kept connection may be closed just as it is used.
            answer = try await send(request)
        }
        return try judge(answer, to: request, read.decode)
    }

    public func perform<Answer>(_ write: Write<Answer>) async throws -> Answer {
        let request = write.request(for: deployment)
        return try judge(try await send(request), to: request, write.decode)
    }

    /// Streams a file to an issue.
    ///
    /// - Parameters:
    ///   - body: The bytes of the file. Asked for as fast as the connection takes them. An error of it is thrown on.
    ///   - length: How many bytes there will be, exactly.
    public func perform<Body: AsyncSequence & Sendable>(
        _ upload: Upload, body: Body, length: Int
    ) async throws -> [Attachment] where Body.Element == ByteBuffer {
        let form = FileForm(fileName: upload.fileName, mediaType: upload.mediaType, boundary: newToken().reveal())
        let request = upload.request(for: deployment)
        var prepared = prepare(request)
        prepared.headers.add(name: "Content-Type", value: form.contentType)
        prepared.headers.add(name: "X-Atlassian-Token", value: "no-check")
        prepared.body = .stream(form.around(body), length: .known(Int64(form.length(around: length))))
        let answer = try await send(prepared, for: request, within: connection.limits.time(forUpload: length))
        return try judge(answer, to: request) { (bytes) throws(Unreadable) in try upload.decode(bytes) }
    }

    private func send(_ request: Request) async throws -> Answered {
        var prepared = prepare(request)
        if let body = request.body {
            prepared.headers.add(name: "Content-Type", value: "application/json")
            prepared.body = .bytes(ByteBuffer(bytes: body.serialized))
        }
        return try await send(prepared, for: request, within: connection.limits.time)
    }

    private func prepare(_ request: Request) -> HTTPClientRequest {
        var prepared = HTTPClientRequest(url: connection.address.rawValue + request.target)
        prepared.method = HTTPMethod(rawValue: request.method.rawValue)
        prepared.headers = [
            "Authorization": connection.credentials.authorization, "Accept": "application/json",
            "User-Agent": "Martlet",
        ]
        prepared.tlsConfiguration = connection.trust.configuration
        return prepared
    }

    private func send(
        _ prepared: HTTPClientRequest, for request: Request, within limit: Duration
    ) async throws -> Answered {
        do {
            if connection.reach == .publicOnly, isPublic(literal: connection.address.host) == false {
                throw PrivateAddress()
            }
            try await traffic.pass(request.method)
            let most = connection.limits.answer
            let answer = try await within(limit) { [client] in
                let response = try await client.execute(prepared, deadline: .distantFuture)
                let body = try await response.body.collect(upTo: most)
                return Answered(
                    status: Int(response.status.code), headers: response.headers, body: Array(body.readableBytesView))
            }
            traffic.learn(from: answer)
            return answer
        } catch {
            throw try WebClientError(failure: error, of: request)
        }
    }

    private func judge<Answer>(
        _ answer: Answered, to request: Request, _ decode: ([UInt8]) throws(Unreadable) -> Answer
    ) throws(WebClientError) -> Answer {
        guard (200..<300).contains(answer.status) else { throw WebClientError(refusal: answer, of: request) }
        do {
            return try decode(answer.body)
        } catch {
            throw WebClientError(unreadable: error, in: answer, of: request)
        }
    }
}

/// The whole of an answer.
struct Answered: Sendable {
    let status: Int
    let headers: HTTPHeaders
    let body: [UInt8]
}
