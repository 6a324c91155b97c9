// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
public import Jira
import Markup
public import NIOCore
import NIOHTTP1
import Vault

/// Speaks to one Jira.
public struct JiraSite: Sendable {
    let connection: SiteConnection
    let connections: HTTPConnections
    /// Nothing where Jira counts no points, as for a person's own token.
    private let points: AppPoints?
    /// Nothing where the site does not limit each user.
    private let user: String?

    public init(connection: SiteConnection, over connections: HTTPConnections) {
        self.connection = connection
        self.connections = connections
        user = connection.deployment == .dataCenter ? connection.credentials.user : nil
        points = connection.credentials.app.map { connections.points(of: $0, on: connection.address) }
    }

    public var deployment: Deployment { connection.deployment }

    /// Nothing where a token tells where the site is, and there is none yet.
    public var way: SiteWay? { connection.way }

    public func get<Answer>(_ read: Read<Answer>) async throws -> Answer {
        let request = read.request(for: deployment)
        let answer: Answered
        do {
            answer = try await send(request)
        } catch let error as WebClientError where isClosedConnection(error.underlying) {
            // Reading twice does no harm, and a kept connection may be closed just as it is used.
            answer = try await send(request)
        }
        let value = try judge(answer, to: request, read.decode)
        points?.spend(on: value, for: connection.address)
        return value
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
        let passage = try await passage()
        var prepared = prepare(request, passage)
        prepared.headers.add(name: "Content-Type", value: form.contentType)
        prepared.headers.add(name: "X-Atlassian-Token", value: "no-check")
        prepared.body = .stream(form.around(body), length: .known(Int64(form.length(around: length))))
        let answer = try await send(
            prepared, to: passage.address, for: request, within: connection.limits.time(forUpload: length))
        // The file may not be there a second time; the next try has another token.
        if let refused = passage.refused(by: answer) { _ = try await self.passage(insteadOf: refused) }
        return try judge(answer, to: request) { (bytes) throws(Unreadable) in try upload.decode(bytes) }
    }

    /// A call that was refused for its token was not done: it is sent once more with another, where there is one.
    private func send(_ request: Request) async throws -> Answered {
        let passage = try await passage()
        let answer = try await send(request, passage)
        guard let refused = passage.refused(by: answer) else { return answer }
        let other = try await self.passage(insteadOf: refused)
        return other.renewable == refused ? answer : try await send(request, other)
    }

    /// What goes wrong here is not of the site.
    func passage(insteadOf refused: Secret? = nil) async throws -> Passage {
        do {
            return try await connection.passage(insteadOf: refused)
        } catch var error as WebClientError {
            error.isOfToken = true
            throw error
        }
    }

    private func send(_ request: Request, _ passage: Passage) async throws -> Answered {
        var prepared = prepare(request, passage)
        if let body = request.body {
            prepared.headers.add(name: "Content-Type", value: "application/json")
            prepared.body = .bytes(ByteBuffer(bytes: body.serialized))
        }
        return try await send(prepared, to: passage.address, for: request, within: connection.limits.time)
    }

    func prepare(_ request: Request, _ passage: Passage) -> HTTPClientRequest {
        var prepared = HTTPClientRequest(url: passage.address.rawValue + request.target)
        prepared.method = HTTPMethod(rawValue: request.method.rawValue)
        prepared.headers = ["Accept": "application/json", "User-Agent": "Martlet"]
        if let authorization = passage.authorization {
            prepared.headers.add(name: "Authorization", value: authorization)
        }
        prepared.tlsConfiguration = connection.trust.configuration
        return prepared
    }

    private func send(
        _ prepared: HTTPClientRequest, to address: SiteAddress, for request: Request, within limit: Duration
    ) async throws -> Answered {
        do {
            let answer = try await paced(request, to: address) {
                let client = connections.client(for: connection.reach)
                return try await within(limit) { [most = connection.limits.answer] in
                    try await client.answer(to: prepared, atMost: most)
                }
            }
            learn(from: answer, to: request, traffic(to: address))
            return answer
        } catch let error as NotPermitted {
            throw error.reason
        } catch let error as WebClientError {
            throw error
        } catch {
            throw try WebClientError(failure: error, of: request)
        }
    }

    /// Makes a call when it may go: to an address that is allowed, and as seldom as the site and the app's points want it.
    func paced<Outcome>(
        _ request: Request, to address: SiteAddress, _ call: () async throws -> Outcome
    ) async throws -> Outcome {
        if connection.reach == .publicOnly, isPublic(literal: address.host) == false { throw PrivateAddress() }
        try await points?.pass(connection.address)
        try await traffic(to: address).pass(request)
        if request.method != .get { try permitted() }
        return try await call()
    }

    func traffic(to address: SiteAddress) -> SiteTraffic {
        connections.traffic(
            on: SiteWay(to: address, of: connection), of: user, rates: connection.limits.ratesByKind ?? address.rates)
    }

    /// Who asks for a pause gets it: from all that speak to the site, or from the app whose quota is used up.
    func learn(from answer: Answered, to request: Request, _ traffic: SiteTraffic) {
        traffic.learn(from: answer, to: request)
        guard [425, 429].contains(answer.status), let pause = answer.pause else { return }
        switch (answer.limitReason, points) {
        case (.issueWrites, _): break
        case (let quota?, let points?) where quota.isOfApp:
            points.keepSilence(pause, because: quota, to: connection.address)
        case (let reason, _): traffic.keepSilence(pause, because: reason)
        }
    }

    private func permitted() throws {
        do {
            try connection.permission()
        } catch {
            throw NotPermitted(reason: error)
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

extension Passage {
    /// The token, where it is for itself that the call was refused, and not for what it may do.
    func refused(by answer: Answered) -> Secret? {
        answer.status == 401 && !Objections(in: answer).nameScope ? renewable : nil
    }
}

/// The call did not go.
private struct NotPermitted: Error {
    let reason: any Error
}
