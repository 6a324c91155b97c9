// SPDX-License-Identifier: Apache-2.0

public import Foundation

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
    private let connection: AWSConnection

    /// - Parameters:
    ///   - now: The true time, which goes into signatures.
    ///   - sleep: Waits before a request is made again.
    public init(
        _ address: S3Address, as credentials: AWSCredentials, limits: Limits = .standard,
        now: @escaping @Sendable () -> Date,
        sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    ) {
        self.address = address
        self.limits = limits
        connection = AWSConnection(
            origin: address.origin, host: address.host,
            signer: AWSSigner(service: .s3, region: address.region, credentials: credentials),
            limits: AWSConnection.Limits(
                time: limits.time, tries: limits.tries, pause: limits.pause, answer: limits.part + (1 << 20)),
            now: now, sleep: sleep)
    }

    public func close() async throws {
        try await connection.close()
    }

    /// The answer, if it is a good one.
    func send(
        _ method: String, _ name: String?, query: [(name: String, value: String)] = [],
        headers: [(name: String, value: String)] = [], body: [UInt8] = [],
        saying isDone: (AWSAnswer) -> Bool = { _ in true }
    ) async throws -> AWSAnswer {
        let path = name.map { "\(address.root)/\(address.prefix)\($0)" } ?? "\(address.root)/"
        return try await connection.send(
            AWSRequest(method: method, path: path, query: query, headers: headers, body: body), saying: isDone)
    }
}
