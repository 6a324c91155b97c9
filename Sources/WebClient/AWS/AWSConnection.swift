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
    private let origin: String
    private let host: String
    private let limits: AWSLimits
    private let signer: AWSSigner
    private let client: HTTPClient
    private let now: @Sendable () -> Date
    private let sleep: @Sendable (Duration) async throws -> Void

    init(
        origin: String, host: String, signer: AWSSigner, limits: AWSLimits, now: @escaping @Sendable () -> Date,
        sleep: @escaping @Sendable (Duration) async throws -> Void
    ) {
        self.origin = origin
        self.host = host
        self.signer = signer
        self.limits = limits
        self.now = now
        self.sleep = sleep
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: .watched(connections: 64))
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
            } catch let error as AWSError where error.retry == .soon {
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
        let body = ["PUT", "POST"].contains(request.method) ? ByteBuffer(bytes: request.body) : nil
        let answered: Answered
        do {
            answered = try await withoutSilence(of: limits.silence) {
                [client, prepared, most = limits.part + (1 << 20)] progress in
                var prepared = prepared
                prepared.body = body.map { .watched($0, by: progress) }
                return try await client.answer(to: prepared, atMost: most, progress)
            }
        } catch let error as CancellationError {
            throw error
        } catch {
            throw AWSError.unanswered(error, by: signer.service, to: request.what)
        }
        let answer = AWSAnswer(
            headers: answered.headers.map { (name: $0.name, value: $0.value) }, body: answered.body)
        guard (200..<300).contains(answered.status) else {
            throw AWSError(status: answered.status, answer, of: signer.service, to: request.what)
        }
        guard isDone(answer) else {
            throw AWSError.undone(answered.status, by: signer.service, to: request.what)
        }
        return answer
    }
}
