// SPDX-License-Identifier: Apache-2.0

/// One header field: its name as written, and its value unfolded but not decoded.
public struct Field: Sendable, Hashable, Codable {
    public var name: String
    public var value: String

    public init(name: String, value: String) {
        self.name = name
        self.value = value
    }
}

/// The header fields of a part in order. They are kept as bytes and become strings when they are asked for.
public struct Fields: Sendable, Equatable, RandomAccessCollection {
    /// Places in ``bytes``, where the lines stand without their ends.
    struct Entry: Sendable, Equatable {
        var nameStart: Int
        var nameEnd: Int
        var valueStart: Int
        var valueEnd: Int
    }

    var bytes: [UInt8] = []
    var entries: [Entry] = []
    /// What raw 8-bit text is read in when it is not UTF-8.
    var charset: String?
    private(set) var isASCII = true
    private(set) var hasNul = false
    /// Nothing needs decoding: ASCII without escapes.
    private var isPlain = true

    init() {}

    public var startIndex: Int { 0 }
    public var endIndex: Int { entries.count }

    public subscript(position: Int) -> Field {
        let entry = entries[position]
        return Field(name: text(entry.nameStart..<entry.nameEnd), value: value(entry))
    }

    /// The value of the field there as people read it, its encoded words decoded.
    public func decodedValue(at position: Int) -> String { withValue(at: position) { decodingWords($0) } }

    /// Compared without case.
    public func first(named name: String) -> String? {
        firstIndex(named: name).map { value(entries[$0]) }
    }

    public func last(named name: String) -> String? {
        lastIndex(named: name).map { value(entries[$0]) }
    }

    public func all(named name: String) -> [String] {
        var values: [String] = []
        withAll(named: name) { values.append(String($0)) }
        return values
    }

    public func has(_ name: String) -> Bool { firstIndex(named: name) != nil }

    public static func == (left: Fields, right: Fields) -> Bool {
        guard left.entries.count == right.entries.count, left.charset == right.charset else { return false }
        return zip(left.entries, right.entries).allSatisfy { mine, other in
            left.bytes[mine.nameStart..<mine.nameEnd] == right.bytes[other.nameStart..<other.nameEnd]
                && left.bytes[mine.valueStart..<mine.valueEnd] == right.bytes[other.valueStart..<other.valueEnd]
        }
    }

    /// Looks at the bytes once, when all fields are there. A CR inside of a line is a blank.
    mutating func examine() {
        let (bits, hasControl) = bytes.withUnsafeBufferPointer(\.marks)
        isASCII = bits < 0x80
        isPlain = isASCII
        guard hasControl else { return }
        hasNul = bytes.contains(0)
        if bytes.contains(27) { isPlain = false }
        for index in bytes.indices where bytes[index] == 13 { bytes[index] = 32 }
    }

    // MARK: Fields that stand twice

    /// RFC 5322 §3.6, RFC 2045 §3.
    private static let single: [StaticString] = [
        "From", "Sender", "Reply-To", "To", "Cc", "Bcc", "Subject", "Date", "Message-ID", "In-Reply-To", "References",
        "Content-Type", "Content-Transfer-Encoding", "MIME-Version",
    ]

    /// A field is there again that may stand only once.
    var hasDuplicate: Bool {
        var seen: UInt16 = 0
        for entry in entries {
            guard let place = Fields.single.firstIndex(where: { matches(entry, $0) }) else { continue }
            if seen & 1 << UInt16(place) != 0 { return true }
            seen |= 1 << UInt16(place)
        }
        return false
    }

    // MARK: Values as bytes

    /// Runs over the UTF-8 of the first value of that name; nil when there is none.
    func withFirst<Result>(_ name: StaticString, _ body: (Bytes) -> Result?) -> Result? {
        guard let index = index(of: name) else { return nil }
        return withValue(at: index, body)
    }

    /// Runs over the UTF-8 of the last value of that name; nil when there is none.
    func withLast<Result>(_ name: String, _ body: (Bytes) -> Result?) -> Result? {
        guard let index = lastIndex(named: name) else { return nil }
        return withValue(at: index, body)
    }

    /// Runs over the UTF-8 of each value of that name.
    func withAll(named name: String, _ body: (Bytes) -> Void) {
        withBytes(name) { name in
            for index in entries.indices where matches(entries[index], name) { withValue(at: index, body) }
        }
    }

    func withValue<Result>(at index: Int, _ body: (Bytes) -> Result) -> Result {
        let entry = entries[index]
        if isPlain { return bytes.withUnsafeBufferPointer { body($0[part: entry.valueStart..<entry.valueEnd]) } }
        return withBytes(value(entry), body)
    }

    // MARK: Names

    func firstIndex(named name: String) -> Int? {
        withBytes(name) { name in entries.firstIndex { matches($0, name) } }
    }

    func lastIndex(named name: String) -> Int? {
        withBytes(name) { name in entries.lastIndex { matches($0, name) } }
    }

    private func index(of name: StaticString) -> Int? {
        entries.firstIndex { matches($0, name) }
    }

    private func matches(_ entry: Entry, _ name: StaticString) -> Bool {
        matches(entry, Bytes(start: name.utf8Start, count: name.utf8CodeUnitCount))
    }

    private func matches(_ entry: Entry, _ name: Bytes) -> Bool {
        guard entry.nameEnd - entry.nameStart == name.count else { return false }
        return bytes.withUnsafeBufferPointer { bytes in
            for index in 0..<name.count where lowered(bytes[entry.nameStart + index]) != lowered(name[index]) {
                return false
            }
            return true
        }
    }

    private func value(_ entry: Entry) -> String { text(entry.valueStart..<entry.valueEnd) }

    private func text(_ range: Range<Int>) -> String {
        bytes.withUnsafeBufferPointer {
            isPlain
                ? String(wellFormed: $0[part: range], isASCII: true) : decodedHeader($0[part: range], charset: charset)
        }
    }
}
