// SPDX-License-Identifier: Apache-2.0

import NIOCore

/// What a server answers: a code and one or more lines (RFC 5321 §4.2).
struct SMTPReply: Sendable, Equatable {
    let code: Int
    /// Without codes; as the server wrote them.
    let lines: [String]

    var isPositive: Bool { (200..<300).contains(code) }
    var isTemporary: Bool { (400..<500).contains(code) }

    private static let lineLimit = 4096
    private static let maximumLines = 128

    /// Nil for a line that is none of a reply's.
    static func parse(_ line: ByteBuffer) -> (code: Int, isLast: Bool, text: String)? {
        let bytes = line.readableBytesView
        let digits = bytes.prefix(3)
        guard digits.count == 3, digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        let code = digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
        guard (200...599).contains(code) else { return nil }
        switch bytes.dropFirst(3).first {
        case nil: return (code, true, "")
        case UInt8(ascii: " "): return (code, true, String(decoding: bytes.dropFirst(4), as: UTF8.self))
        case UInt8(ascii: "-"): return (code, false, String(decoding: bytes.dropFirst(4), as: UTF8.self))
        default: return nil
        }
    }

    /// The next reply on the line.
    static func read(from connection: Connection, within limit: Duration) async throws -> SMTPReply {
        var lines: [String] = []
        while lines.count < maximumLines {
            let line = try await connection.readLine(limit: lineLimit, within: limit)
            guard let (code, isLast, text) = parse(line) else { break }
            lines.append(text)
            if isLast { return SMTPReply(code: code, lines: lines) }
        }
        throw MailTransportError(
            .protocolViolation, retry: .after(.seconds(300)),
            said: "\(connection.server) does not answer as a mail server does.")
    }

    /// For people: joined, scrubbed, without secrets, the enhanced code apart.
    func words(hiding secrets: [String]) -> ServerReply {
        var enhanced: String?
        let texts = lines.map { line in
            guard let status = Self.enhancedStatus(in: line) else { return line }
            enhanced = enhanced ?? status
            return String(line.dropFirst(status.count).drop { $0 == " " })
        }
        return ServerReply(
            code: code, enhanced: enhanced, text: scrubbed(texts.joined(separator: " "), hiding: secrets))
    }

    /// RFC 2034: `5.7.1` at the start of a line.
    private static func enhancedStatus(in line: String) -> String? {
        let word = line.prefix { $0 != " " }
        let parts = word.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, ["2", "4", "5"].contains(parts[0]), word.utf8.count <= 9,
            parts.dropFirst().allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } })
        else { return nil }
        return String(word)
    }
}
