// SPDX-License-Identifier: Apache-2.0

/// How an `SMTPServer` listens, whom it lets in, and how much it takes.
public struct SMTPServerConfiguration: Sendable {
    public enum Encryption: Sendable {
        case none
        /// STARTTLS is offered.
        case startTLS(TLSIdentity)
        /// No letter is taken before STARTTLS.
        case startTLSRequired(TLSIdentity)
        /// TLS from the first byte (port 465).
        case tls(TLSIdentity)
    }

    /// Says whether name and password are right.
    public typealias PasswordCheck = @Sendable (_ user: String, _ password: String) async -> Bool

    /// Sign-in is offered over TLS and on loopback only.
    public enum Authentication: Sendable {
        case none
        case optional(PasswordCheck)
        case required(PasswordCheck)
    }

    public struct Limits: Sendable, Hashable {
        public var connections = 500
        public var connectionsPerClient = 100
        public var messagesPerConnection = 1000
        public var commandsPerConnection = 20_000
        /// Refused commands before the line is cut.
        public var errorsPerConnection = 20
        public var recipientsPerMessage = 200
        /// Bytes of one letter.
        public var messageSize = 50 * 1024 * 1024
        /// Bytes of one command line (RFC 5321 §4.5.3.1.4 asks for 512, extensions for more).
        public var commandLine = 4096
        /// Silence before a command.
        public var commandTimeout = Duration.seconds(300)
        /// Silence in the middle of a letter.
        public var dataTimeout = Duration.seconds(180)

        public init() {}
    }

    public var host: String
    /// 0 takes any free port; `SMTPServer.port` tells which.
    public var port: Int
    /// The name in the greeting.
    public var name: String
    public var encryption: Encryption
    public var authentication: Authentication
    /// Who may connect; others get `554` and the line is cut.
    public var allowedNetworks: [IPNetwork]
    public var limits: Limits
    public var transcript: Transcript

    public init(
        host: String = "127.0.0.1", port: Int = 25, name: String = "localhost", encryption: Encryption = .none,
        authentication: Authentication = .none, allowedNetworks: [IPNetwork] = IPNetwork.loopback,
        limits: Limits = Limits(), transcript: Transcript = .off
    ) {
        self.host = host
        self.port = port
        self.name = name
        self.encryption = encryption
        self.authentication = authentication
        self.allowedNetworks = allowedNetworks
        self.limits = limits
        self.transcript = transcript
    }
}
