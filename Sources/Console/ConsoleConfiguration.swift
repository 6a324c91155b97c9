// SPDX-License-Identifier: Apache-2.0

/// Where the console listens, and how it is reached.
public struct ConsoleConfiguration: Sendable {
    public var host: String
    /// 0 takes a free port.
    public var port: Int
    /// Paths of a certificate chain and its private key, both PEM.
    public var tls: (certificate: String, key: String)?
    /// The address that a proxy in front shows.
    ///
    /// One with `https` declares the proxy: it must set `X-Forwarded-Proto`, and add the client's address at the end of
    /// `X-Forwarded-For`.
    public var publicURL: String?

    public init(host: String, port: Int, tls: (certificate: String, key: String)? = nil, publicURL: String? = nil) {
        self.host = host
        self.port = port
        self.tls = tls
        self.publicURL = publicURL
    }

    /// What others reach it by.
    public var address: String {
        publicURL ?? "\(tls == nil ? "http" : "https")://\(host):\(port)"
    }
}
