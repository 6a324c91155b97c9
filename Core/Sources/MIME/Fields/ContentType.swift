// SPDX-License-Identifier: Apache-2.0

/// A content type as it takes effect, and as it was declared.
public struct ContentType: Sendable, Equatable {
    /// Lower case; `text/plain` when none is declared or it cannot be read.
    public var type: String
    /// As written, lower case and without blanks; nil when there is no such field.
    public var declared: String?
    public var parameters: Parameters

    /// What a part without the field is.
    public init(type: String = "text/plain") {
        self.type = type
        parameters = Parameters()
    }

    public init(parsing value: String) {
        self = withBytes(value) { ContentType(parsing: $0) }
    }

    init(parsing bytes: Bytes) {
        var end = bytes.index(of: 0x3B) ?? bytes.count
        // QUIRK: `text/plain charset=utf-8`: the semicolon was forgotten.
        if let equals = bytes[part: 0..<end].index(of: 0x3D) {
            end = equals
            while end > 0, isSpace(bytes[end - 1]) { end -= 1 }
            while end > 0, !isSpace(bytes[end - 1]) { end -= 1 }
        }
        let declared = ContentType.word(bytes[part: 0..<end])
        self.declared = declared
        type = declared
        parameters = Parameters(parsing: bytes[part: end..<bytes.count])
        if !ContentType.isComplete(declared) { type = fallback(for: declared) }
    }

    public var isMultipart: Bool { type.hasPrefix("multipart/") }
    public var isText: Bool { type.hasPrefix("text/") }
    public var isMessage: Bool { type == "message/rfc822" || type == "message/global" || type == "message/news" }

    /// Texts by another name: the machine-readable half of a report.
    var isReport: Bool {
        type == "message/delivery-status" || type == "message/disposition-notification"
            || type == "message/feedback-report"
            || type == "message/global-delivery-status"
    }

    private func fallback(for declared: String) -> String {
        if declared.hasPrefix("multipart"), parameters["boundary"] != nil { return "multipart/mixed" }
        if declared == "html" || declared == "text/htm" { return "text/html" }
        return "text/plain"
    }

    private static func isComplete(_ type: String) -> Bool {
        withBytes(type) { bytes in
            guard let slash = bytes.index(of: 0x2F) else { return false }
            return slash > 0 && slash < bytes.count - 1 && bytes.index(of: 0x2F, from: slash + 1) == nil
        }
    }

    /// Lower case, without blanks, comments and quotes.
    private static func word(_ bytes: Bytes) -> String {
        let bytes = bytes.trimmed()
        if bytes.allSatisfy({ $0 > 32 && $0 < 127 && $0 != 0x22 && $0 != 0x28 }) { return lowercased(bytes) }
        var word: [UInt8] = []
        var depth = 0
        for byte in bytes {
            if byte == 0x28 {
                depth += 1
            } else if byte == 0x29, depth > 0 {
                depth -= 1
            } else if depth == 0, !isSpace(byte), byte != 0x22 {
                word.append(lowered(byte))
            }
        }
        return String(decoding: word, as: UTF8.self)
    }
}

/// How a part wants to be shown (RFC 2183).
public struct Disposition: Sendable, Equatable {
    /// Lower case: `attachment`, `inline` or another word.
    public var kind: String
    public var parameters: Parameters

    public init(parsing value: String) {
        self = withBytes(value) { Disposition(parsing: $0) }
    }

    init(parsing bytes: Bytes) {
        let end = bytes.index(of: 0x3B) ?? bytes.count
        var word = bytes[part: 0..<end].trimmed()
        // QUIRK: `Content-Disposition: filename=x` leaves the kind out.
        if let equals = word.index(of: 0x3D) {
            var start = equals
            while start > 0, !isSpace(word[start - 1]) { start -= 1 }
            word = word[part: 0..<start].trimmed()
            parameters = Parameters(parsing: bytes[part: start..<bytes.count])
        } else {
            parameters = Parameters(parsing: bytes[part: end..<bytes.count])
        }
        if let stop = word.firstIndex(where: { isSpace($0) || $0 == 0x28 }) { word = word[part: 0..<stop] }
        kind = word.isEmpty ? "attachment" : lowercased(word)
    }
}
