// SPDX-License-Identifier: Apache-2.0

/// Looks for a mail address in bytes that come piece by piece, in any case, and not as a part of a longer address.
struct AddressSearch {
    private let needle: [UInt8]
    /// The end of what came before, in which an address may have begun, after some bytes that were looked at already.
    private var rest = [UInt8](repeating: 0x20, count: Self.behind)
    private(set) var isFound = false

    /// What may tell what the byte before an address is: three backslashes and an escape as long as `\u003c`.
    private static let behind = 8

    init(_ address: String) {
        needle = address.utf8.map(Self.lowered)
    }

    static func finds(_ address: String, in bytes: some Sequence<UInt8>) -> Bool {
        var search = AddressSearch(address)
        search.consume(bytes)
        search.finish()
        return search.isFound
    }

    mutating func consume(_ bytes: some Sequence<UInt8>) {
        if isFound { return }
        rest += bytes.lazy.map(Self.lowered)
        look()
    }

    mutating func finish() {
        rest += [0x20, 0x20]
        look()
    }

    /// A match is judged with some bytes before it and two after it.
    private mutating func look() {
        let last = rest.count - needle.count - 2
        guard !isFound, !needle.isEmpty, last >= Self.behind else { return }
        for start in Self.behind...last where rest[start] == needle[0] && matches(start) {
            isFound = true
            return
        }
        rest.removeFirst(last + 1 - Self.behind)
    }

    private func matches(_ start: Int) -> Bool {
        guard rest[start..<start + needle.count].elementsEqual(needle) else { return false }
        if continuesLocalPart(before: start) { return false }
        let next = rest[start + needle.count]
        if Self.isLabel(next) { return false }
        return next != 0x2E || !Self.isLabel(rest[start + needle.count + 1])
    }

    private static func lowered(_ byte: UInt8) -> UInt8 {
        (0x41...0x5A).contains(byte) ? byte | 0x20 : byte
    }

    private static func isLabel(_ byte: UInt8) -> Bool {
        (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || byte == 0x2D || byte >= 0x80
    }

    private static func isLocalPart(_ byte: UInt8) -> Bool {
        isLabel(byte) || [0x2E, 0x5F, 0x2B].contains(byte)
    }

    /// Whether the character before is of a longer local part, also where it is written as an escape: `\n`, `\u003c` (JSON)
    /// or `=3C` (quoted-printable).
    private func continuesLocalPart(before start: Int) -> Bool {
        guard Self.isLocalPart(rest[start - 1]) else { return false }
        if isEscape(at: start - 2), "nrtbf".utf8.contains(rest[start - 1]) { return false }
        if isEscape(at: start - 6), rest[start - 5] == 0x75, let unit = hexadecimal(start - 4..<start) {
            return unit > 0x7F || Self.isLocalPart(Self.lowered(UInt8(unit)))
        }
        if rest[start - 3] == 0x3D, let byte = hexadecimal(start - 2..<start) {
            return Self.isLocalPart(Self.lowered(UInt8(byte)))
        }
        return true
    }

    /// Whether a backslash stands there that is not itself escaped.
    private func isEscape(at index: Int) -> Bool {
        let count = rest[...index].reversed().prefix { $0 == 0x5C }.count
        return !count.isMultiple(of: 2)
    }

    private func hexadecimal(_ range: Range<Int>) -> UInt16? {
        let digits = rest[range]
        guard digits.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }) else { return nil }
        return UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
    }
}
