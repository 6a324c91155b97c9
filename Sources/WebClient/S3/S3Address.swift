// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Which bucket, at whom: Amazon S3, or another server that speaks as it does.
public struct S3Address: Sendable, Hashable {
    public let bucket: String
    public let region: String
    /// Before the names of all objects: empty, or with a slash at its end.
    public let prefix: String
    /// Scheme, host and port; and the path in which the bucket lies, where its name is not in the host.
    let origin: String
    let root: String
    let host: String

    /// - Parameters:
    ///   - endpoint: `https://s3.example.com:9000`, without which it is Amazon's; plain `http` only for this machine.
    /// - Returns: Nil for what is no name of a bucket or region, or no such address.
    public init?(bucket: String, region: String, endpoint: String? = nil, prefix: String = "") {
        let isPlainName = { (name: String) in
            name.utf8.allSatisfy {
                (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D || $0 == 0x2E
            }
        }
        guard (3...63).contains(bucket.utf8.count), isPlainName(bucket), !region.isEmpty, isPlainName(region),
            prefix.utf8.allSatisfy(isUnreservedByte)
        else { return nil }
        self.bucket = bucket
        self.region = region
        self.prefix = prefix.isEmpty || prefix.hasSuffix("/") ? prefix : prefix + "/"
        guard let endpoint else {
            // A name with dots is in no certificate for hosts.
            let isInHost = !bucket.contains(".")
            host = isInHost ? "\(bucket).s3.\(region).amazonaws.com" : "s3.\(region).amazonaws.com"
            origin = "https://\(host)"
            root = isInHost ? "" : "/\(bucket)"
            return
        }
        guard let address = SiteAddress(endpoint), let parts = URLComponents(string: address.rawValue),
            parts.path.isEmpty
        else { return nil }
        host = address.signedHost
        origin = address.rawValue
        root = "/\(bucket)"
    }
}

/// What stands for itself in a path, slashes included (RFC 3986 §2.3).
func isUnreservedByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x41...0x5A, 0x61...0x7A, 0x30...0x39, 0x2D, 0x2E, 0x5F, 0x7E, 0x2F: true
    default: false
    }
}
