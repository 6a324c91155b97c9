// SPDX-License-Identifier: Apache-2.0

import Foundation
import NIOCore

/// A push parser of `multipart/form-data` (RFC 7578) that keeps no more of a part than it may.
struct FormDataParser {
    private enum State {
        case preamble
        case header
        case content
        case end
    }

    private(set) var uploads: [Upload] = []
    private let delimiter: [UInt8]
    private let limit: Int
    private var state = State.preamble
    private var pending = ByteBuffer()
    private var content = ByteBuffer()
    private var fields: [String: String] = [:]

    /// - Parameters:
    ///   - contentType: The value of the request's `Content-Type`.
    ///   - limit: The size of one part, above which it is refused.
    init(contentType: String, limit: Int) throws {
        let boundary = headerParameter("boundary", of: contentType)
        guard contentType.lowercased().hasPrefix("multipart/form-data"), let boundary, !boundary.isEmpty,
            boundary.utf8.count <= 70
        else { throw JiraRefusal(status: 415, messages: ["The request is not multipart/form-data with a boundary."]) }
        delimiter = Array("\r\n--\(boundary)".utf8)
        self.limit = limit
        // The first boundary has no line end before it.
        pending.writeString("\r\n")
    }

    mutating func consume(_ buffer: ByteBuffer) throws {
        pending.writeImmutableBuffer(buffer)
        while try step() {}
        pending.discardReadBytes()
    }

    func finish() throws -> [Upload] {
        guard case .end = state else { throw JiraRefusal.badRequest("The multipart body ends too early.") }
        return uploads
    }

    /// Takes one step; false when it needs more bytes.
    private mutating func step() throws -> Bool {
        switch state {
        case .preamble: return try skipToDelimiter(keeping: false)
        case .header: return try readHeader()
        case .content: return try skipToDelimiter(keeping: true)
        case .end:
            pending.clear()
            return false
        }
    }

    /// Moves up to the next delimiter, and takes what lies before it as content of the part.
    private mutating func skipToDelimiter(keeping: Bool) throws -> Bool {
        guard let place = pending.place(of: delimiter) else {
            let sure = pending.readableBytes - delimiter.count
            if sure > 0 { try take(sure, keeping: keeping) }
            return false
        }
        // Two more bytes tell the last delimiter from the others.
        guard pending.readableBytes >= place + delimiter.count + 2 else { return false }
        try take(place, keeping: keeping)
        if keeping { finishPart() }
        pending.moveReaderIndex(forwardBy: delimiter.count)
        let isLast = pending.getString(at: pending.readerIndex, length: 2) == "--"
        state = isLast ? .end : .header
        return true
    }

    private mutating func take(_ count: Int, keeping: Bool) throws {
        guard var slice = pending.readSlice(length: count), keeping else { return }
        guard content.readableBytes + count <= limit else {
            throw JiraRefusal(
                status: 413, messages: ["The file exceeds its maximum permitted size of \(limit) bytes."])
        }
        content.writeBuffer(&slice)
    }

    /// The header fields of a part; the line end of the delimiter stands before them.
    private mutating func readHeader() throws -> Bool {
        guard let end = pending.place(of: Array("\r\n\r\n".utf8)) else {
            guard pending.readableBytes <= 16_384 else { throw JiraRefusal.badRequest("A part has too long a header.") }
            return false
        }
        let text = pending.readString(length: end) ?? ""
        pending.moveReaderIndex(forwardBy: 4)
        fields = [:]
        for line in text.split(separator: "\r\n") {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2 else { continue }
            fields[parts[0].lowercased()] = parts[1].trimmingCharacters(in: .whitespaces)
        }
        guard uploads.count < 100 else { throw JiraRefusal(status: 413, messages: ["Too many parts."]) }
        // So that the delimiter of an empty part is found.
        state = .content
        return true
    }

    private mutating func finishPart() {
        let disposition = fields["content-disposition"] ?? ""
        uploads.append(
            Upload(
                name: headerParameter("name", of: disposition) ?? "",
                filename: headerParameter("filename", of: disposition),
                type: fields["content-type"] ?? "application/octet-stream", bytes: content))
        content = ByteBuffer()
    }
}

extension ByteBuffer {
    /// How many bytes lie before the first occurrence of a pattern.
    fileprivate func place(of pattern: [UInt8]) -> Int? {
        withUnsafeReadableBytes { bytes in
            guard let start = bytes.baseAddress else { return nil }
            var place = 0
            while bytes.count - place >= pattern.count {
                let candidates = bytes.count - place - pattern.count + 1
                guard let hit = memchr(start + place, Int32(pattern[0]), candidates) else { return nil }
                if memcmp(hit, pattern, pattern.count) == 0 { return UnsafeRawPointer(hit) - start }
                place = UnsafeRawPointer(hit) - start + 1
            }
            return nil
        }
    }
}

/// A parameter of a structured header value, its quotes taken off. `filename*` (RFC 5987) is preferred where it is
/// there.
func headerParameter(_ name: String, of value: String) -> String? {
    var parameters: [String: String] = [:]
    for part in splitOutsideQuotes(value).dropFirst() {
        guard let equals = part.firstIndex(of: "=") else { continue }
        var text = part[part.index(after: equals)...].trimmingCharacters(in: .whitespaces)
        if text.hasPrefix("\""), text.hasSuffix("\""), text.count >= 2 {
            text = String(text.dropFirst().dropLast()).replacing("\\\"", with: "\"").replacing("\\\\", with: "\\")
        }
        parameters[part[..<equals].trimmingCharacters(in: .whitespaces).lowercased()] = text
    }
    if let extended = parameters[name + "*"], extended.lowercased().hasPrefix("utf-8''") {
        return String(extended.dropFirst("utf-8''".count)).removingPercentEncoding ?? extended
    }
    return parameters[name]
}

private func splitOutsideQuotes(_ value: String) -> [String] {
    var parts = [""]
    var isQuoted = false
    var isEscaped = false
    for character in value {
        if character == ";", !isQuoted {
            parts.append("")
            continue
        }
        if character == "\"", !isEscaped { isQuoted.toggle() }
        isEscaped = character == "\\" && !isEscaped
        parts[parts.count - 1].append(character)
    }
    return parts
}
