// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Looks for a person in bytes that come piece by piece, in any case, and not as a part of a longer name.
struct PersonSearch {
    /// Where it is looked.
    enum Place: Sendable {
        /// What people wrote.
        case mail
        /// JSON, of Jira or our own.
        case json
    }

    /// What a match must not go on with.
    private enum Bounds {
        case address
        case account
        /// They stand in what is looked for.
        case none
    }

    private let needles: [[UInt8]]
    private let bounds: Bounds
    private let isHead: [Bool]
    private let longest: Int
    /// The end of what came before, in which a match may have begun, after some bytes that were looked at already.
    private var rest = [UInt8](repeating: 0x20, count: Self.behind)
    private(set) var isFound = false

    /// What may tell what the byte before a match is: three backslashes and an escape as long as `\u003c`.
    private static let behind = 8

    init(_ person: PersonName, in place: Place) {
        var texts: [String]
        switch person {
        case .address(let address): (texts, bounds) = ([address], .address)
        case .account(let id) where person.isUnmistakable:
            (texts, bounds) = ([id, id.replacing(":", with: "%3A")], .account)
        case .account(let name):
            (texts, bounds) = (["[~\(name)]"], .none)
            if place == .json, let value = Self.quoted(name) { texts += [value, String(value.dropLast()) + "\\\""] }
        }
        needles = Set(texts.map { $0.utf8.map(Self.lowered) }).filter { !$0.isEmpty }
        var isHead = [Bool](repeating: false, count: 256)
        for needle in needles { isHead[Int(needle[0])] = true }
        self.isHead = isHead
        longest = needles.map(\.count).max() ?? 0
    }

    /// As JSON writes it. Within a string that is JSON itself, a backslash stands before the quotes.
    private static func quoted(_ name: String) -> String? {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        return (try? encoder.encode(name)).map { String(decoding: $0, as: UTF8.self) }
    }

    static func finds(_ person: PersonName, in place: Place, _ bytes: some Sequence<UInt8>) -> Bool {
        var search = PersonSearch(person, in: place)
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
        rest += [UInt8](repeating: 0x20, count: longest + 2)
        look()
    }

    /// A match is judged with some bytes before it and two after it.
    private mutating func look() {
        let last = rest.count - longest - 2
        guard !isFound, longest > 0, last >= Self.behind else { return }
        for start in Self.behind...last
        where isHead[Int(rest[start])] && needles.contains(where: { matches($0, start) }) {
            isFound = true
            return
        }
        rest.removeFirst(last + 1 - Self.behind)
    }

    private func matches(_ needle: [UInt8], _ start: Int) -> Bool {
        guard rest[start..<start + needle.count].elementsEqual(needle) else { return false }
        let (next, last) = (rest[start + needle.count], rest[start + needle.count + 1])
        switch bounds {
        case .none: return true
        case .address:
            return !goesOn(before: start, Self.isLocalPart) && !Self.isLabel(next)
                && (next != 0x2E || !Self.isLabel(last))
        case .account:
            let isEnd =
                !Self.isLabel(next) && next != 0x5F && (![0x2E, 0x3A, 0x40].contains(next) || !Self.isLabel(last))
            // `accountid:557058:...`; but `557058:5b10...` is a longer one.
            let isPart = rest[start - 1] == 0x3A && (0x30...0x39).contains(rest[start - 2])
            return isEnd && !isPart && !goesOn(before: start) { Self.isLocalPart($0) && $0 != 0x2B }
        }
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

    /// Whether the character before is of a longer name, also where it is written as an escape: `\n`, `\u003c` (JSON),
    /// `=3C` (quoted-printable) or `%3C` (addresses of the web).
    private func goesOn(before start: Int, _ isPart: (UInt8) -> Bool) -> Bool {
        guard isPart(rest[start - 1]) else { return false }
        if isEscape(at: start - 2), "nrtbf".utf8.contains(rest[start - 1]) { return false }
        if isEscape(at: start - 6), rest[start - 5] == 0x75, let unit = hexadecimal(start - 4..<start) {
            return unit > 0x7F || isPart(Self.lowered(UInt8(unit)))
        }
        if [0x3D, 0x25].contains(rest[start - 3]), let byte = hexadecimal(start - 2..<start) {
            return isPart(Self.lowered(UInt8(byte)))
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
