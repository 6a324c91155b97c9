// SPDX-License-Identifier: Apache-2.0

import NIOCore

/// Cuts what a server sends into responses, and passes message bodies through as they come, so that none is held whole.
///
///     S: * 1 FETCH (UID 7 BODY[] {12}          .bodyBegins(sequence 1, UID 7, 12 bytes)
///     S: Subject: a                            .body("Subject: a\r\n")
///     S: )                                     .bodyEnds  .response(FETCH, UID 7)
struct IMAPReader {
    enum Piece: Equatable {
        case response(IMAPResponse)
        case bodyBegins(IMAPBody)
        /// Some bytes of the body, never empty.
        case body(ByteBuffer)
        case bodyEnds
    }

    struct Limits {
        /// One response without the bodies in it. The longest that is honest lists half a million unread messages.
        var response = 4 << 20
        /// One literal that is not a body.
        var literal = 64 << 10
    }

    private enum Mode {
        case line
        case literal(Int)
        case body(Int)
    }

    private let limits: Limits
    private var buffer = ByteBuffer()
    private var mode = Mode.line
    private var parts: [IMAPPart] = []
    private var collected = 0
    /// Bytes of the buffer known to hold no line end.
    private var searched = 0

    init(limits: Limits = Limits()) {
        self.limits = limits
    }

    /// Whether all that came was taken.
    var isEmpty: Bool { buffer.readableBytes == 0 && parts.isEmpty }

    mutating func append(_ bytes: ByteBuffer) {
        if buffer.readableBytes == 0 {
            buffer = bytes
        } else {
            var bytes = bytes
            buffer.discardReadBytes()
            buffer.writeBuffer(&bytes)
        }
    }

    /// The next piece; nil when more bytes are needed for it.
    mutating func next() throws(IMAPViolation) -> Piece? {
        while true {
            switch mode {
            case .body(let left):
                guard left > 0 else {
                    mode = .line
                    parts.append(.passed)
                    return .bodyEnds
                }
                guard let slice = buffer.readSlice(length: min(left, buffer.readableBytes)), slice.readableBytes > 0
                else { return nil }
                mode = .body(left - slice.readableBytes)
                return .body(slice)
            case .literal(let length):
                guard let bytes = buffer.readBytes(length: length) else { return nil }
                parts.append(.literal(bytes))
                mode = .line
            case .line:
                guard let line = try takeLine() else { return nil }
                if let piece = try piece(after: line) { return piece }
            }
        }
    }

    private mutating func takeLine() throws(IMAPViolation) -> [UInt8]? {
        let view = buffer.readableBytesView
        let unseen = view.dropFirst(searched)
        let end = unseen.firstIndex(of: UInt8(ascii: "\n"))
        let length = end.map { $0 - view.startIndex } ?? view.count
        guard collected + length <= limits.response else { throw IMAPViolation(words: "a line that is too long") }
        guard end != nil, var line = buffer.readBytes(length: length + 1) else {
            searched = view.count
            return nil
        }
        searched = 0
        line.removeLast()
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        collected += length
        return line
    }

    /// What a complete line amounts to; nil if it only announces a literal that belongs to the response.
    private mutating func piece(after line: [UInt8]) throws(IMAPViolation) -> Piece? {
        guard mayHoldLiterals(line), let (text, length) = announcedLiteral(line) else {
            parts.append(.text(line))
            defer {
                parts = []
                collected = 0
            }
            return .response(try IMAPResponse(parts))
        }
        parts.append(.text(Array(text)))
        if let body = try announcedBody(endsWith: text, length: length) {
            mode = .body(length)
            return .bodyBegins(body)
        }
        guard length <= limits.literal, collected + length <= limits.response else {
            throw IMAPViolation(words: "a literal that is too long")
        }
        collected += length
        mode = .literal(length)
        return nil
    }

    /// The words of a status may end in `{12}` by chance; only other untagged responses hold literals.
    private func mayHoldLiterals(_ line: [UInt8]) -> Bool {
        guard parts.isEmpty else { return true }
        guard line.starts(with: "* ".utf8) else { return false }
        return IMAPStatus(line.dropFirst(2)) == nil
    }

    /// `... {123}` or `{123+}` at the end of a line.
    private func announcedLiteral(_ line: [UInt8]) -> (ArraySlice<UInt8>, Int)? {
        guard line.last == UInt8(ascii: "}"), let open = line.lastIndex(of: UInt8(ascii: "{")) else { return nil }
        var digits = line[(open + 1)..<(line.count - 1)]
        if digits.last == UInt8(ascii: "+") { digits = digits.dropLast() }
        guard !digits.isEmpty, digits.count <= 12, let length = Int(String(decoding: digits, as: UTF8.self)),
            length >= 0
        else { return nil }
        return (line[..<open], length)
    }

    /// Whether the literal is the value of a `BODY[...]` in a FETCH.
    private func announcedBody(endsWith text: ArraySlice<UInt8>, length: Int) throws(IMAPViolation) -> IMAPBody? {
        let tail = String(decoding: text.suffix(200), as: UTF8.self).uppercased()
        guard let name = tail.ranges(of: "BODY[").last else { return nil }
        let section = tail[name.upperBound...].drop { $0 != "]" }.dropFirst()
        guard section.allSatisfy({ " <>0123456789".contains($0) }), tail[name.upperBound...].contains("]") else {
            return nil
        }
        guard case .fetch(let told) = try IMAPResponse(parts) else { return nil }
        return IMAPBody(sequence: told.sequence, uid: told.uid, length: length)
    }
}
