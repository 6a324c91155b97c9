// SPDX-License-Identifier: Apache-2.0

/// An address, or every address of a domain, that mail is caught by.
///
///     support@example.com      that address, and support+anything@example.com
///     @tickets.example.com     every address of that domain
///
/// Letters compare without case, in the local part too: RFC 5321 §2.4 lets hosts tell them apart, and none in use does.
public struct AddressPattern: Hashable, Sendable, CustomStringConvertible {
    public let rawValue: String
    private let localPart: String?
    private let domain: String

    public init?(_ raw: String) {
        let text = raw.lowercased()
        guard let at = text.lastIndex(of: "@"), !text.contains(where: \.isWhitespace) else { return nil }
        let domain = String(text[text.index(after: at)...])
        guard !domain.isEmpty, !domain.contains("@"), raw.utf8.count <= 320 else { return nil }
        rawValue = raw
        self.domain = domain
        localPart = at == text.startIndex ? nil : String(text[..<at])
    }

    public var description: String { rawValue }

    public func matches(_ address: String) -> Bool {
        let text = address.lowercased()
        guard let at = text.lastIndex(of: "@"), text[text.index(after: at)...] == domain else { return false }
        guard let localPart else { return at != text.startIndex }
        let local = text[..<at]
        return local == localPart || local.hasPrefix(localPart + "+")
    }
}

extension AddressPattern: TextualID {}
