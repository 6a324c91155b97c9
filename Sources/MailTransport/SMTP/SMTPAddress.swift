// SPDX-License-Identifier: Apache-2.0

/// An address as it stands in `MAIL FROM` and `RCPT TO` (RFC 5321 §4.1.2, RFC 6531 for letters beyond ASCII).
///
/// It cannot contain a line end, nor a space or an angle bracket outside of quotes, so it is safe on the wire.
public struct SMTPAddress: Sendable, Hashable {
    /// As it was given.
    public let rawValue: String
    /// Left of the last `@`, quotes included.
    public let localPart: String
    /// Right of the last `@`; empty for the bare `postmaster` that RFC 5321 §4.5.1 allows.
    public let domain: String

    private static let limit = 320

    public init?(_ raw: String) {
        let bytes = Array(raw.utf8)
        guard !bytes.isEmpty, bytes.count <= Self.limit else { return nil }
        let at = bytes.lastIndex(of: UInt8(ascii: "@"))
        let local = bytes[..<(at ?? bytes.endIndex)]
        let host = at.map { bytes[($0 + 1)...] } ?? []
        guard Self.isLocalPart(local), at == nil || Self.isDomain(host) else { return nil }
        rawValue = raw
        localPart = String(decoding: local, as: UTF8.self)
        domain = String(decoding: host, as: UTF8.self)
    }

    /// Whether only a server with SMTPUTF8 can take it.
    public var needsUTF8: Bool { rawValue.utf8.contains { $0 >= 0x80 } }

    private static func isLocalPart(_ part: ArraySlice<UInt8>) -> Bool {
        guard let first = part.first else { return false }
        guard first == UInt8(ascii: "\"") else {
            // QUIRK: dots at the ends or doubled are not allowed by RFC 5321, and some providers have such mailboxes.
            return part.allSatisfy { isAtom($0) || $0 == UInt8(ascii: ".") }
        }
        guard part.count >= 2, part.last == UInt8(ascii: "\"") else { return false }
        var isEscaped = false
        for byte in part.dropFirst().dropLast() {
            guard byte >= 0x20, byte != 0x7f else { return false }
            if isEscaped {
                isEscaped = false
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if byte == UInt8(ascii: "\"") {
                return false
            }
        }
        return !isEscaped
    }

    private static func isDomain(_ part: ArraySlice<UInt8>) -> Bool {
        guard let first = part.first else { return false }
        if first == UInt8(ascii: "[") {
            return part.last == UInt8(ascii: "]") && part.count > 2
                && part.dropFirst().dropLast().allSatisfy { isLetterOrDigit($0) || ".:-".utf8.contains($0) }
        }
        return first != UInt8(ascii: ".")
            && part.allSatisfy { isLetterOrDigit($0) || $0 >= 0x80 || "-._".utf8.contains($0) }
    }

    private static func isAtom(_ byte: UInt8) -> Bool {
        isLetterOrDigit(byte) || byte >= 0x80 || "!#$%&'*+-/=?^_`{|}~".utf8.contains(byte)
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: true
        default: false
        }
    }
}

extension SMTPAddress: CustomStringConvertible {
    public var description: String { rawValue }
}
