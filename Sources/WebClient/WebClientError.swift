// SPDX-License-Identifier: Apache-2.0

/// Why a request came to nothing.
public struct WebClientError: Error, Sendable, CustomStringConvertible, CustomDebugStringConvertible {
    public enum Code: String, Sendable, CaseIterable {
        case unauthorized
        case forbidden
        case notFound = "not-found"
        case badRequest = "bad-request"
        /// Another change came between.
        case conflict
        case tooLarge = "too-large"
        case rateLimited = "rate-limited"
        /// A fault on the other side, perhaps of this one request.
        case server
        /// The other side as a whole is not there at present.
        case unavailable
        case unreachable
        case timeout
        /// Something answered, though not as Jira does.
        case badAnswer = "bad-answer"
        /// The address leads into a private network.
        case privateAddress = "private-address"
        /// The file that was to be sent was shorter or longer than announced.
        case bodyLength = "body-length"
    }

    /// When the same request may be sent again.
    public enum Retry: Sendable, Hashable {
        case never
        case soon
        case after(Duration)
        case whenReauthorized
    }

    public let code: Code
    public let retry: Retry

    /// Safe for users: a sentence, and Jira's own words.
    public let said: String

    /// For operators: the request's path, the status, what the support of Atlassian asks for.
    public let detail: String

    /// Which limit was met, where Jira said so.
    public let limit: LimitReason?

    /// What Jira objected to, where it said so.
    public let objections: Objections
    public let underlying: (any Error)?

    /// It came while a token was asked for, of whoever gives tokens: the site itself was not called.
    public internal(set) var isOfToken = false

    init(
        _ code: Code, _ retry: Retry, said: String, detail: String, limit: LimitReason? = nil,
        objections: Objections = Objections(), underlying: (any Error)? = nil
    ) {
        self.code = code
        self.retry = retry
        self.said = said
        self.detail = detail
        self.limit = limit
        self.objections = objections
        self.underlying = underlying
    }

    /// There is no token that could be sent.
    public static func unauthorized(_ said: String) -> WebClientError {
        WebClientError(.unauthorized, .whenReauthorized, said: said, detail: "nothing was sent")
    }

    /// Whether the token counts, though not for what was asked.
    public var isForScope: Bool { code == .unauthorized && objections.nameScope }

    public var description: String { said }
    public var debugDescription: String { "\(code.rawValue): \(said) [\(detail)]" }
}

/// Jira's own words about a request that it refused. At most 20 sentences of at most 300 characters each.
public struct Objections: Sendable, Hashable {
    public let messages: [String]

    /// By field id: `summary`, `comment`.
    public let fields: [String: String]

    /// What an authorization server calls it: `invalid_grant` (RFC 6749 §5.2).
    public let code: String?

    public init(messages: [String] = [], fields: [String: String] = [:], code: String? = nil) {
        self.messages = messages
        self.fields = fields
        self.code = code
    }

    public var isEmpty: Bool { messages.isEmpty && fields.isEmpty }

    /// All of it as sentences, fields in the order of their names; at most 600 characters.
    public var text: String {
        let sentences = messages + fields.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
        return String(sentences.joined(separator: " ").prefix(600))
    }
}
