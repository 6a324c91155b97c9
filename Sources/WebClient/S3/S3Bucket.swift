// SPDX-License-Identifier: Apache-2.0

public import Foundation

/// A bucket of Amazon S3, or of a server that speaks as it does. `close` it at the end.
///
/// Each request is made again where that does no harm, which it never does here: a name is written once, or with the same
/// bytes.
public final class S3Bucket: Sendable {
    public let address: S3Address
    public let limits: AWSLimits
    private let connection: AWSConnection
    /// Before what takes much memory: letters that are put or read at the same time take turns, part by part.
    private let largeParts = Gate(places: 4)

    private static let largePart = 1 << 20

    /// - Parameters:
    ///   - now: The true time, which goes into signatures.
    ///   - sleep: Waits before a request is made again.
    public init(
        _ address: S3Address, as credentials: AWSCredentials, limits: AWSLimits = .standard,
        now: @escaping @Sendable () -> Date,
        sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    ) {
        self.address = address
        self.limits = limits
        connection = AWSConnection(
            origin: address.origin, host: address.host,
            signer: AWSSigner(service: .s3, region: address.region, credentials: credentials),
            limits: limits, now: now, sleep: sleep)
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

    /// Reads or sends so many bytes when there is room for them.
    func inTurn<Value>(_ count: Int, _ body: () async throws -> Value) async throws -> Value {
        count > Self.largePart ? try await largeParts.pass(body) : try await body()
    }
}
