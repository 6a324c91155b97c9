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
        let answer: (status: Int, answer: AWSAnswer)
        do {
            answer = try await withoutSilence(of: limits.silence) {
                [client, prepared, most = limits.part + (1 << 20)] in
                try await client.answer(to: prepared, body, atMost: most, $0)
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

extension HTTPClient {
    fileprivate func answer(
        to request: HTTPClientRequest, _ body: ByteBuffer?, atMost most: Int, _ progress: Progress
    ) async throws -> (status: Int, answer: AWSAnswer) {
        var request = request
        if let body, body.readableBytes <= WatchedBody.piece {
            request.body = .bytes(body)
        } else if let body {
            request.body = .stream(
                WatchedBody(bytes: body, progress: progress), length: .known(Int64(body.readableBytes)))
        }
        let response = try await execute(request, deadline: .distantFuture)
        progress.note()
        let bytes = try await response.body.map { piece in
            progress.note()
            return piece
        }.collect(upTo: most)
        return (
            Int(response.status.code),
            AWSAnswer(
                headers: response.headers.map { (name: $0.name, value: $0.value) }, body: Array(bytes.readableBytesView)
            )
        )
    }
}
