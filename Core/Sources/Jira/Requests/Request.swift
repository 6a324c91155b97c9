// SPDX-License-Identifier: Apache-2.0

public import Markup

/// One HTTP request to Jira, without host and without credentials.
public struct Request: Hashable, Sendable {
    public enum Method: String, Sendable {
        case get = "GET"
        case post = "POST"
        case put = "PUT"
        case delete = "DELETE"
    }

    public struct QueryItem: Hashable, Sendable {
        public let name: String
        public let value: String
    }

    public let method: Method

    /// Unescaped. No segment can become two, or none.
    public let path: [String]
    public let query: [QueryItem]
    public let body: JSONValue?

    init(_ method: Method, _ path: [String], query: [QueryItem] = [], body: JSONValue? = nil) {
        self.method = method
        self.path = path
        self.query = query
        self.body = body
    }

    /// Path and query as they stand in the request line: `/rest/api/3/issue/ABC-1?fields=summary`.
    public var target: String {
        let path = path.map { "/" + escaped($0) }.joined()
        guard !query.isEmpty else { return path }
        return path + "?" + query.map { "\(escaped($0.name))=\(escaped($0.value))" }.joined(separator: "&")
    }
}

extension Request: CustomStringConvertible, CustomReflectable {
    /// The body stays out: it is mail content, or a webhook's secret.
    public var description: String {
        "\(method.rawValue) \(path.map { "/" + escaped($0) }.joined())"
    }

    public var customMirror: Mirror {
        Mirror(self, children: ["method": method.rawValue, "path": path])
    }
}

/// Percent-encoding by RFC 3986 §2.3: only the unreserved characters stand for themselves.
private func escaped(_ text: String) -> String {
    var out = ""
    for byte in text.utf8 {
        if isAlphanumeric(byte) || "-._~".utf8.contains(byte) {
            out.unicodeScalars.append(Unicode.Scalar(byte))
        } else {
            out += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
        }
    }
    return out
}

extension [Request.QueryItem] {
    /// Leaves out what is nothing.
    static func items(_ items: (String, String?)...) -> [Request.QueryItem] {
        items.compactMap { name, value in value.map { Request.QueryItem(name: name, value: $0) } }
    }
}

/// Looks at something in Jira.
public struct Read<Answer: Sendable>: Sendable {
    private let line: @Sendable (Deployment) -> Request
    public let decode: @Sendable ([UInt8]) throws(Unreadable) -> Answer

    public func request(for deployment: Deployment) -> Request { line(deployment) }
}

/// Changes something in Jira.
public struct Write<Answer: Sendable>: Sendable {
    private let line: @Sendable (Deployment) -> Request
    public let decode: @Sendable ([UInt8]) throws(Unreadable) -> Answer

    public func request(for deployment: Deployment) -> Request { line(deployment) }
}

extension Read {
    init(
        _ line: @escaping @Sendable (Deployment) -> Request,
        _ answer: @escaping @Sendable (Place) throws(Unreadable) -> Answer
    ) {
        self.line = line
        decode = { (bytes) throws(Unreadable) in try answer(try Place(parsing: bytes)) }
    }
}

extension Write {
    init(
        _ line: @escaping @Sendable (Deployment) -> Request,
        _ answer: @escaping @Sendable (Place) throws(Unreadable) -> Answer
    ) {
        self.line = line
        decode = { (bytes) throws(Unreadable) in try answer(try Place(parsing: bytes)) }
    }
}

extension Write where Answer == Void {
    /// Any answer will do: Jira sends none, or one without news.
    init(_ line: @escaping @Sendable (Deployment) -> Request) {
        self.line = line
        decode = { (_) throws(Unreadable) in }
    }
}
