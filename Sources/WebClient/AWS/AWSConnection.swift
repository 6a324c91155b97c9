// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import Vault

/// What of Amazon's we speak to, by its name in signatures.
enum AWSService: String, Sendable {
    case s3, sqs

    /// As messages call it.
    var noun: String {
        switch self {
        case .s3: "bucket"
        case .sqs: "queue"
        }
    }
}

/// Signed requests to one host, each made again where it was not answered: ask for nothing here that twice is too often.
final class AWSConnection: Sendable {
    /// How long and how often one request is tried, and how much may come back.
    struct Limits: Sendable {
        /// From the first try to connect to the last byte of the answer; and a second more for each 64 KiB that go along.
        var time: Duration
        var tries: Int
        /// Before the second try; doubled with each further one.
        var pause: Duration
        var answer: Int
    }

    private let origin: String
    private let host: String
    private let limits: Limits
    private let signer: AWSSigner
    private let client: HTTPClient
    private let now: @Sendable () -> Date
    private let sleep: @Sendable (Duration) async throws -> Void

    init(
        origin: String, host: String, signer: AWSSigner, limits: Limits, now: @escaping @Sendable () -> Date,
        sleep: @escaping @Sendable (Duration) async throws -> Void
    ) {
        self.origin = origin
        self.host = host
        self.signer = signer
        self.limits = limits
        self.now = now
        self.sleep = sleep
        var configuration = HTTPClient.Configuration.cautious(.anywhere)
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 64
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    /// One that is let go without its farewell must not stop the process.
    deinit {
        Task { [client] in try? await client.shutdown() }
    }

    func close() async throws {
        try await client.shutdown()
    }

    /// The answer, if it is a good one.
    ///
    /// - Parameter isDone: Whether an answer that looks good says that the work was done.
    func send(
        _ request: AWSRequest, saying isDone: (AWSAnswer) -> Bool = { _ in true }
    ) async throws -> AWSAnswer {
        var pause = limits.pause
        for _ in 1..<limits.tries {
            do {
                return try await sendOnce(request, isDone)
            } catch let error as AWSError where error.code == .unavailable {
                try await sleep(pause * (1 + jitter()))
                pause *= 2
            }
        }
        return try await sendOnce(request, isDone)
    }

    private func sendOnce(_ request: AWSRequest, _ isDone: (AWSAnswer) -> Bool) async throws -> AWSAnswer {
        let query = request.queryText
        var prepared = HTTPClientRequest(
            url: origin + AWSSigner.encoded(request.path) + (query.isEmpty ? "" : "?\(query)"))
        prepared.method = HTTPMethod(rawValue: request.method)
        for header in signer.headers(for: request, to: host, at: now()) where header.name != "host" {
            prepared.headers.add(name: header.name, value: header.value)
        }
        if ["PUT", "POST"].contains(request.method) { prepared.body = .bytes(ByteBuffer(bytes: request.body)) }
        let answer: (status: Int, answer: AWSAnswer)
        do {
            answer = try await within(limits.time + .seconds(request.body.count >> 16)) {
                [client, prepared, most = limits.answer] in
                let response = try await client.execute(prepared, deadline: .distantFuture)
                let body = try await response.body.collect(upTo: most)
                return (
                    Int(response.status.code),
                    AWSAnswer(
                        headers: response.headers.map { (name: $0.name, value: $0.value) },
                        body: Array(body.readableBytesView))
                )
            }
        } catch let error as CancellationError {
            throw error
        } catch {
            throw AWSError.unanswered(error, by: signer.service, to: request.what)
        }
        guard (200..<300).contains(answer.status) else {
            throw AWSError(status: answer.status, answer.answer, of: signer.service, to: request.what)
        }
        guard isDone(answer.answer) else {
            throw AWSError.undone(answer.status, by: signer.service, to: request.what)
        }
        return answer.answer
    }
}
