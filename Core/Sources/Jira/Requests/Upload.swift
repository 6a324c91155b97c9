// SPDX-License-Identifier: Apache-2.0

import Markup

/// One file to attach to an issue. Its bytes travel beside it, as a stream of known length.
///
/// Jira: POST /issue/{issueIdOrKey}/attachments (multipart part `file`, `X-Atlassian-Token: no-check`)
public struct Upload: Hashable, Sendable {
    private let issue: IssueReference
    public let fileName: FileName
    public let mediaType: String

    /// - Parameter mediaType: `image/png`. What is no media type becomes `application/octet-stream`.
    public init(_ fileName: FileName, mediaType: String, to issue: IssueReference) {
        self.issue = issue
        self.fileName = fileName
        self.mediaType = isMediaType(mediaType) ? mediaType : "application/octet-stream"
    }

    public func request(for deployment: Deployment) -> Request {
        Request(.post, deployment.api("issue", issue.pathSegment, "attachments"))
    }

    /// What Jira made of it.
    public func decode(_ answer: [UInt8]) throws(Unreadable) -> [Attachment] {
        try Place(parsing: answer).list { (item) throws(Unreadable) in try Attachment(at: item) }
    }
}

/// The name of a file on an issue: not empty, one line, no path, at most 255 bytes; its ending is kept when it is cut.
public struct FileName: Hashable, Codable, Sendable, CustomStringConvertible {
    public let rawValue: String

    /// What could end the name in a header, or lead out of a folder, becomes `_`; a double quote becomes `'`.
    public init(fitting name: String) {
        let safe = String(String.UnicodeScalarView(name.unicodeScalars.map(harmless)))
        let trimmed = String(safe.drop { $0 == " " || $0 == "." })
        rawValue = shortened(trimmed.isEmpty ? "file" : trimmed)
    }

    /// The name with a number before its ending, no longer than Jira takes.
    public func numbered(_ number: Int) -> FileName { FileName(rawValue: shortened(rawValue, numbered: "-\(number)")) }

    private init(rawValue: String) {
        self.rawValue = rawValue
    }

    public var description: String { rawValue }
}

private func harmless(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    switch scalar.properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator: return "_"
    default: break
    }
    switch scalar {
    case "/", "\\": return "_"
    case "\"": return "'"
    case "\u{202a}"..."\u{202e}", "\u{2066}"..."\u{2069}": return "_"
    default: return scalar
    }
}

private func shortened(_ name: String, numbered number: String = "") -> String {
    let most = 255 - number.utf8.count
    guard name.utf8.count > most || !number.isEmpty else { return name }
    var ending = name.lastIndex(of: ".").map { String(name[$0...]) } ?? ""
    if ending.utf8.count > 20 { ending = "" }
    var left = most - ending.utf8.count
    let start = name.dropLast(ending.count).prefix { character in
        left -= character.utf8.count
        return left >= 0
    }
    return start + number + ending
}

/// RFC 2045 §5.1: two tokens with a slash between.
private func isMediaType(_ text: String) -> Bool {
    let halves = text.split(separator: "/", omittingEmptySubsequences: false)
    return text.utf8.count <= 127 && halves.count == 2
        && halves.allSatisfy { half in
            !half.isEmpty && half.utf8.allSatisfy { isAlphanumeric($0) || "!#$&^_.+-".utf8.contains($0) }
        }
}
