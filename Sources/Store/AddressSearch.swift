// SPDX-License-Identifier: Apache-2.0

/// Looks for a mail address in bytes that come piece by piece, in any case, and not as a part of a longer address.
struct AddressSearch {
    private let needle: [UInt8]
    /// The end of what came before, in which an address may have begun, after one byte that was looked at already.
    private var rest: [UInt8] = [0x20]
    private(set) var isFound = false

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

    /// A match is judged with one byte before it and two after it.
    private mutating func look() {
        let last = rest.count - needle.count - 2
        guard !isFound, !needle.isEmpty, last > 0 else { return }
        for start in 1...last where rest[start] == needle[0] && matches(start) {
            isFound = true
            return
        }
        rest.removeFirst(last)
    }

    private func matches(_ start: Int) -> Bool {
        guard rest[start..<start + needle.count].elementsEqual(needle) else { return false }
        if Self.isLocalPart(rest[start - 1]) { return false }
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

    /// A quoted-printable `=` or a JSON `\` may stand before an address.
    private static func isLocalPart(_ byte: UInt8) -> Bool {
        isLabel(byte) || [0x2E, 0x5F, 0x2B].contains(byte)
    }
}
