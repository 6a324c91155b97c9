// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
public import Foundation
import NIOCore
import NIOHTTP1
import Vault

/// A bucket of Amazon S3, or of a server that speaks as it does. `close` it at the end.
///
/// Each request is made again where that does no harm, which it never does here: a name is written once, or with the same
/// bytes.
public final class S3Bucket: Sendable {
    /// How long and how often one request is tried, and how much goes with one.
    public struct Limits: Sendable, Hashable {
        /// From the first try to connect to the last byte of the answer.
        public var time: Duration
        public var tries: Int
        /// Before the second try; doubled with each further one.
        public var pause: Duration
        /// An object of more bytes travels in several requests.
        public var part: Int

        public init(time: Duration, tries: Int, pause: Duration, part: Int) {
            self.time = time
            self.tries = tries
            self.pause = pause
            self.part = part
        }

        /// 30 seconds, five times, a fifth of a second, 8 MiB.
        public static let standard = Limits(time: .seconds(30), tries: 5, pause: .milliseconds(200), part: 8 << 20)
    }

    public let address: S3Address
    public let limits: Limits
    private let signer: S3Signer
    private let client: HTTPClient
    private let now: @Sendable () -> Date
    private let sleep: @Sendable (Duration) async throws -> Void

    /// - Parameters:
    ///   - now: The true time, which goes into signatures.
    ///   - sleep: Waits before a request is made again.
    public init(
        _ address: S3Address, as credentials: S3Credentials, limits: Limits = .standard,
        now: @escaping @Sendable () -> Date,
        sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    ) {
        self.address = address
        self.limits = limits
        self.now = now
        self.sleep = sleep
        signer = S3Signer(region: address.region, credentials: credentials)
        var configuration = HTTPClient.Configuration.cautious(.anywhere)
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 64
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    /// One that is let go without its farewell must not stop the process.
    deinit {
        Task { [client] in try? await client.shutdown() }
    }

    public func close() async throws {
        try await client.shutdown()
    }

    // MARK: Requests

    /// The answer, if it is a good one.
    func send(
        _ method: String, _ name: String?, query: [(name: String, value: String)] = [],
        headers: [(name: String, value: String)] = [], body: [UInt8] = []
    ) async throws -> S3Answer {
        let path = name.map { "\(address.root)/\(address.prefix)\($0)" } ?? "\(address.root)/"
        let request = S3Request(method: method, path: path, query: query, headers: headers, body: body)
        var pause = limits.pause
        for _ in 1..<limits.tries {
            do {
                return try await sendOnce(request)
            } catch let error as S3Error where error.code == .unavailable {
                try await sleep(pause * (1 + jitter()))
                pause *= 2
            }
        }
        return try await sendOnce(request)
    }

    private func sendOnce(_ request: S3Request) async throws -> S3Answer {
        let what = "\(request.method) \(request.path)"
        let query = request.queryText
        var prepared = HTTPClientRequest(
            url: address.origin + S3Signer.encoded(request.path) + (query.isEmpty ? "" : "?\(query)"))
        prepared.method = HTTPMethod(rawValue: request.method)
        for header in signer.headers(for: request, to: address.host, at: now()) where header.name != "host" {
            prepared.headers.add(name: header.name, value: header.value)
        }
        if ["PUT", "POST"].contains(request.method) { prepared.body = .bytes(ByteBuffer(bytes: request.body)) }
        let answer: (status: Int, answer: S3Answer)
        do {
            answer = try await within(limits.time) { [client, prepared, most = limits.part + (1 << 20)] in
                let response = try await client.execute(prepared, deadline: .distantFuture)
                let body = try await response.body.collect(upTo: most)
                return (
                    Int(response.status.code),
                    S3Answer(
                        headers: response.headers.map { (name: $0.name, value: $0.value) },
                        body: Array(body.readableBytesView))
                )
            }
        } catch let error as CancellationError {
            throw error
        } catch {
            throw S3Error.unanswered(error, to: what)
        }
        guard (200..<300).contains(answer.status) else {
            throw S3Error(status: answer.status, answer.answer, to: what)
        }
        return answer.answer
    }
}
