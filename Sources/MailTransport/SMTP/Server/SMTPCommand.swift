// SPDX-License-Identifier: Apache-2.0

import NIOCore

/// One command line of RFC 5321, taken apart.
enum SMTPCommand: Equatable {
    case helo(String)
    case ehlo(String)
    /// Nil is the null return path.
    case mail(SMTPAddress?, [Parameter])
    case recipient(SMTPAddress, [Parameter])
    case data
    case reset
    case noop
    case verify
    case expand
    case help
    case quit
    case startTLS
    case authenticate(mechanism: String, initial: String?)
    /// A web browser talks to us, or is made to.
    case http

    /// `KEYWORD=value` behind an address; the keyword is in capitals.
    struct Parameter: Equatable {
        let keyword: String
        let value: String?
    }

    /// Why a line is no command; each has its reply.
    enum Fault: Error {
        case unknownCommand
        case syntax
        case badAddress
    }

    /// The line comes without its end.
    init(parsing line: ByteBuffer) throws(Fault) {
        let bytes = line.readableBytesView
        let end = bytes.firstIndex(of: UInt8(ascii: " ")) ?? bytes.endIndex
        let verb = Self.packed(bytes[..<end])
        let rest = Self.trimmed(bytes[end...])
        switch verb {
        case Self.mailVerb: self = try Self.mail(rest)
        case Self.recipientVerb: self = try Self.recipient(rest)
        case Self.packed("DATA"): self = try Self.bare(.data, rest)
        case Self.packed("EHLO"): self = .ehlo(try Self.name(rest))
        case Self.packed("HELO"): self = .helo(try Self.name(rest))
        case Self.packed("QUIT"): self = try Self.bare(.quit, rest)
        case Self.packed("RSET"): self = try Self.bare(.reset, rest)
        case Self.packed("NOOP"): self = .noop
        case Self.packed("STARTTLS"): self = try Self.bare(.startTLS, rest)
        case Self.packed("AUTH"): self = try Self.authenticate(rest)
        case Self.packed("VRFY"): self = .verify
        case Self.packed("EXPN"): self = .expand
        case Self.packed("HELP"): self = .help
        case Self.packed("GET"), Self.packed("POST"), Self.packed("CONNECT"): self = .http
        default: throw .unknownCommand
        }
    }

    // MARK: Verbs

    private static let mailVerb = packed("MAIL")
    private static let recipientVerb = packed("RCPT")

    /// Up to eight letters in capitals as one number; longer words give 0, which is no command.
    private static func packed(_ word: some Collection<UInt8>) -> UInt64 {
        guard word.count <= 8 else { return 0 }
        return word.reduce(0) { $0 << 8 | UInt64($1 >= 0x61 && $1 <= 0x7a ? $1 & 0xdf : $1) }
    }

    private static func packed(_ word: StaticString) -> UInt64 {
        packed(UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount))
    }

    private static func trimmed(_ bytes: ByteBufferView) -> ByteBufferView {
        var rest = bytes
        while let first = rest.first, first == 0x20 || first == 0x09 { rest = rest.dropFirst() }
        while let last = rest.last, last == 0x20 || last == 0x09 { rest = rest.dropLast() }
        return rest
    }

    private static func bare(_ command: SMTPCommand, _ rest: ByteBufferView) throws(Fault) -> SMTPCommand {
        guard rest.isEmpty else { throw .syntax }
        return command
    }

    private static func name(_ rest: ByteBufferView) throws(Fault) -> String {
        guard !rest.isEmpty else { throw .syntax }
        return scrubbed(String(decoding: rest, as: UTF8.self), limit: 255)
    }

    private static func authenticate(_ rest: ByteBufferView) throws(Fault) -> SMTPCommand {
        let words = rest.split(separator: 0x20)
        guard (1...2).contains(words.count) else { throw .syntax }
        let initial = words.count == 2 ? String(decoding: words[1], as: UTF8.self) : nil
        return .authenticate(mechanism: String(decoding: words[0], as: UTF8.self).uppercased(), initial: initial)
    }

    // MARK: Addresses

    private static func mail(_ rest: ByteBufferView) throws(Fault) -> SMTPCommand {
        let (path, parameters) = try path(rest, after: "FROM:")
        if path.isEmpty { return .mail(nil, parameters) }
        guard let address = SMTPAddress(path) else { throw .badAddress }
        return .mail(address, parameters)
    }

    private static func recipient(_ rest: ByteBufferView) throws(Fault) -> SMTPCommand {
        let (path, parameters) = try path(rest, after: "TO:")
        guard let address = SMTPAddress(path) else { throw .badAddress }
        return .recipient(address, parameters)
    }

    /// QUIRK: many programs put a space behind the colon, and some leave the angle brackets out; both are taken.
    private static func path(
        _ rest: ByteBufferView, after keyword: StaticString
    ) throws(Fault) -> (String, [Parameter]) {
        let length = keyword.utf8CodeUnitCount
        guard rest.count > length, packed(rest.prefix(length)) == packed(keyword) else { throw .syntax }
        let bytes = trimmed(rest.dropFirst(length))
        guard let first = bytes.first else { throw .syntax }
        guard first == UInt8(ascii: "<") else {
            let end = bytes.firstIndex(of: 0x20) ?? bytes.endIndex
            return (String(decoding: bytes[..<end], as: UTF8.self), try parameters(bytes[end...]))
        }
        guard let close = closingBracket(bytes) else { throw .badAddress }
        var address = bytes[(bytes.startIndex + 1)..<close]
        if address.first == UInt8(ascii: "@"), let colon = address.firstIndex(of: UInt8(ascii: ":")) {
            address = address[(colon + 1)...]  // A source route (RFC 5321 §4.1.1.3): to be accepted and ignored.
        }
        let behind = bytes[(close + 1)...]
        if let next = behind.first, next != 0x20 { throw .syntax }
        return (String(decoding: address, as: UTF8.self), try parameters(behind))
    }

    private static func closingBracket(_ bytes: ByteBufferView) -> Int? {
        var isQuoted = false
        var isEscaped = false
        for index in bytes.indices {
            switch bytes[index] {
            case _ where isEscaped: isEscaped = false
            case UInt8(ascii: "\\") where isQuoted: isEscaped = true
            case UInt8(ascii: "\""): isQuoted.toggle()
            case UInt8(ascii: ">") where !isQuoted: return index
            default: break
            }
        }
        return nil
    }

    private static func parameters(_ bytes: ByteBufferView) throws(Fault) -> [Parameter] {
        var result: [Parameter] = []
        for word in bytes.split(separator: 0x20) {
            let parts = word.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard let keyword = parts.first, !keyword.isEmpty else { throw .syntax }
            result.append(
                Parameter(
                    keyword: String(decoding: keyword, as: UTF8.self).uppercased(),
                    value: parts.count == 2 ? String(decoding: parts[1], as: UTF8.self) : nil))
        }
        return result
    }
}
