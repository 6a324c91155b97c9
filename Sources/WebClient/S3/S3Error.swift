// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Why a bucket did not do what it was asked.
public struct S3Error: Error, Sendable, CustomStringConvertible, CustomDebugStringConvertible {
    public enum Code: String, Sendable, CaseIterable {
        /// There is no such object.
        case notFound = "not-found"
        /// It will not do it, however often it is asked.
        case refused
        /// It did not do it, however often it was asked; it may later.
        case unavailable
    }

    public let code: Code
    /// One sentence that is safe for users.
    public let said: String
    /// More, for operators: what was asked, and the bucket's own words.
    public let detail: String

    init(_ code: Code, _ said: String, detail: String) {
        self.code = code
        self.said = said
        self.detail = detail
    }

    public var description: String { said }
    public var debugDescription: String { "\(code.rawValue): \(said) (\(detail))" }
}

extension S3Error {
    /// Of an answer that is not a good one.
    init(status: Int, _ answer: S3Answer, to what: String) {
        let name = answer.text(of: "Code") ?? ""
        let detail = "\(what): \(status) \(oneLine(name, 100)) \(oneLine(answer.text(of: "Message") ?? "", 300))"
        switch (status, name) {
        case (404, "NoSuchBucket"):
            self.init(.refused, "There is no such bucket.", detail: detail)
        case (404, _):
            self.init(.notFound, "The bucket does not hold this.", detail: detail)
        case (_, "RequestTimeTooSkewed"):
            self.init(.refused, "The bucket does not believe this machine's clock.", detail: detail)
        case (_, "SignatureDoesNotMatch"), (_, "InvalidAccessKeyId"):
            self.init(.refused, "The bucket does not accept the keys.", detail: detail)
        case (403, _):
            self.init(.refused, "The bucket does not allow this.", detail: detail)
        case (429, _), (500..., _), (_, "RequestTimeout"), (_, "SlowDown"):
            self.init(.unavailable, "The bucket cannot do its work at present.", detail: detail)
        default:
            self.init(.refused, "The bucket refuses this.", detail: detail)
        }
    }

    /// No answer came, or none that could be read: it may have been done or not.
    static func unanswered(_ error: any Error, to what: String) -> S3Error {
        let said = error is TimeIsUp ? "The bucket did not answer in time." : "The bucket cannot be reached."
        return S3Error(.unavailable, said, detail: "\(what): \(oneLine("\(error)", 300))")
    }
}

/// The XML of an answer, of which we read few and flat elements.
struct S3Answer: Sendable {
    let headers: [(name: String, value: String)]
    let body: [UInt8]

    private var xml: String { String(decoding: body, as: UTF8.self) }

    func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name }?.value
    }

    /// What stands in the first element of this name.
    func text(of element: String) -> String? {
        Self.contents(of: element, in: xml[...]).first.map { Self.unescaped($0) }
    }

    /// Each element of this name as it is.
    func elements(_ name: String) -> [Substring] {
        Self.contents(of: name, in: xml[...])
    }

    static func text(of element: String, in xml: Substring) -> String? {
        contents(of: element, in: xml).first.map { unescaped($0) }
    }

    private static func contents(of element: String, in xml: Substring) -> [Substring] {
        var found: [Substring] = []
        var rest = xml
        while let open = rest.range(of: "<\(element)>") {
            let inner = rest[open.upperBound...]
            guard let close = inner.range(of: "</\(element)>") else { break }
            found.append(inner[..<close.lowerBound])
            rest = inner[close.upperBound...]
        }
        return found
    }

    private static func unescaped(_ text: Substring) -> String {
        [
            ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#34;", "\""), ("&apos;", "'"), ("&#39;", "'"),
            ("&amp;", "&"),
        ]
        .reduce(String(text)) { $0.replacing($1.0, with: $1.1) }
    }
}
