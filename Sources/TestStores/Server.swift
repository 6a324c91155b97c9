// SPDX-License-Identifier: Apache-2.0

import Foundation
public import LocalServers
import Synchronization
import Vault
public import WebClient

/// The servers of all tests of this process, started once.
public enum Server {
    private static let running = Mutex<PostgreSQL?>(nil)
    private static let starting = Task {
        let server = try await PostgreSQL.start()
        running.withLock { $0 = server }
        atexit { Server.running.withLock { $0 = nil } }
    }

    private static let runningBucket = Mutex<Bucket?>(nil)
    private static let startingBucket = Task {
        let server = try await Bucket.start()
        runningBucket.withLock { $0 = server }
        atexit { Server.runningBucket.withLock { $0 = nil } }
    }

    public static func bucket() async throws -> Bucket {
        try await startingBucket.value
        return runningBucket.withLock { $0! }
    }

    public static func shared() async throws -> PostgreSQL {
        try await starting.value
        return running.withLock { $0! }
    }
}

extension Bucket {
    /// As whom it is spoken to by default.
    public var credentials: AWSCredentials { AWSCredentials(accessKey: accessKey, secretKey: Secret(Self.secretKey)) }

    /// Tries at once again, and thrice at most; a megabyte goes with one request.
    public func bucket(
        prefix: String = "", as credentials: AWSCredentials? = nil,
        limits: AWSLimits = .init(silence: .seconds(20), tries: 3, pause: .zero, part: 1 << 20)
    ) throws -> S3Bucket {
        guard let address = S3Address(bucket: Self.name, region: Self.region, endpoint: endpoint, prefix: prefix) else {
            throw NoAddress(prefix: prefix)
        }
        return S3Bucket(address, as: credentials ?? self.credentials, limits: limits) {
            Date()
        } sleep: { _ in
        }
    }
}

private struct NoAddress: Error {
    let prefix: String
}
