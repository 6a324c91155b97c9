// SPDX-License-Identifier: Apache-2.0

import Jira
import Markup
import NIOHTTP1

extension WebClientError {
    /// An answer whose status is not a success.
    init(refusal answer: Answered, of request: Request) {
        let objections = Objections(in: answer)
        let verdict = Verdict(answer, objections)
        let sentence = "\(verdict.sentence) (\(answer.status))."
        self.init(
            verdict.code, verdict.retry, said: objections.isEmpty ? sentence : "\(sentence) \(objections.text)",
            detail: answer.detail(of: request),
            limit: answer.limitReason, objections: objections)
    }

    /// A success that is not what Jira documents: perhaps a sign-in page or a proxy's greeting.
    init(unreadable error: Unreadable, in answer: Answered, of request: Request) {
        self.init(
            .badAnswer, .soon, said: "Jira's answer cannot be read.",
            detail: "\(answer.detail(of: request)), \(error)", underlying: error)
    }
}

/// What a status means.
private struct Verdict {
    let code: WebClientError.Code
    let retry: WebClientError.Retry
    let sentence: String

    private init(_ code: WebClientError.Code, _ retry: WebClientError.Retry, _ sentence: String) {
        self.code = code
        self.retry = retry
        self.sentence = sentence
    }

    init(_ answer: Answered, _ objections: Objections) {
        switch answer.status {
        case 300..<400:
            self.init(.badAnswer, .never, "The site's address leads to another address, which is not followed")
        case 401 where objections.nameScope:
            self.init(.unauthorized, .whenReauthorized, "The token lacks a scope that this needs")
        case 401:
            self.init(.unauthorized, .whenReauthorized, "Jira does not accept the account or its token")
        case 402, 403:
            self.init(.forbidden, .never, "Jira does not let the account do this")
        case 404 where answer.isWebPage:
            self.init(.unreachable, .soon, "There is no Jira at the site's address")
        case 404:
            self.init(.notFound, .never, "Jira does not have this, or does not show it to the account")
        case 408:
            self.init(.timeout, .soon, "Jira waited too long for the request")
        case 409:
            self.init(.conflict, .soon, "Another change came between")
        case 413:
            self.init(.tooLarge, .never, "This is more than Jira takes")
        case 425, 429:
            self.init(.rateLimited, answer.pause.map { .after($0) } ?? .soon, "Jira asks to slow down")
        case 502...504:
            self.init(
                .unavailable, answer.pause.map { .after($0) } ?? .soon, "Jira has a fault of its own")
        case 500...:
            self.init(.server, answer.pause.map { .after($0) } ?? .soon, "Jira has a fault of its own")
        default:
            self.init(.badRequest, .never, "Jira refused the request")
        }
    }
}

extension Answered {
    var isWebPage: Bool {
        headers.first(name: "Content-Type")?.lowercased().hasPrefix("text/html") ?? false
    }

    /// How long the server asks to wait: `Retry-After`, or else until the limit that was met begins anew. A date is counted
    /// from the answer's own `Date`, so that no clock of ours matters.
    var pause: Duration? {
        let date = headers.first(name: "Date")
        if let text = headers.first(name: "Retry-After") { return retryAfter(text, answeredAt: date) }
        return headers.standings.filter { $0.remaining <= 0 }.map { Duration.seconds($0.renewedIn) }.max()
    }

    /// Method, path and status, and what Atlassian's support asks for.
    func detail(of request: Request) -> String {
        let named = ["Atl-Traceid", "X-Arequestid", "RateLimit-Reason", "X-Failure-Category"].compactMap { name in
            headers.first(name: name).map { "\(name) \(oneLine($0, 100))" }
        }
        return (["\(request) answered \(status)"] + named).joined(separator: ", ")
    }
}

extension Objections {
    /// Jira's `errorMessages` and `errors`; the single sentences of Service Management, the gateway and RFC 9457.
    init(in answer: Answered) {
        guard let json = try? JSONValue(parsing: answer.body, limits: JSONLimits(bytes: 1 << 20, depth: 32)) else {
            self.init()
            return
        }
        var messages = json["errorMessages"]?.arrayValue?.compactMap(\.stringValue) ?? []
        let single = json["errorMessage"] ?? json["detail"] ?? json["message"] ?? json["error_description"]
        if messages.isEmpty, let sentence = single?.stringValue { messages = [sentence] }
        let fields = (json["errors"]?.objectValue ?? [:]).sorted { $0.key < $1.key }.prefix(20).compactMap { field in
            field.value.stringValue.map { (oneLine(field.key, 100), oneLine($0, 300)) }
        }
        self.init(
            messages: messages.prefix(20).map { oneLine($0, 300) },
            fields: Dictionary(fields, uniquingKeysWith: { first, _ in first }),
            code: json["error"]?.stringValue.map { oneLine($0, 100) })
    }

    /// The gateway's words for a token that counts, though not for this.
    var nameScope: Bool { messages.contains { $0.contains("scope does not match") } }
}

/// Without line ends and other control characters, and not longer.
func oneLine(_ text: String, _ most: Int) -> String {
    let scalars = text.unicodeScalars.map { scalar -> Unicode.Scalar in
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: " "
        default: scalar
        }
    }
    return String(String(String.UnicodeScalarView(scalars)).prefix(most))
}
