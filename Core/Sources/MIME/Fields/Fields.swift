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

    init() {}

    public var startIndex: Int { 0 }
    public var endIndex: Int { entries.count }

    public subscript(position: Int) -> Field {
        let entry = entries[position]
        return Field(name: guessed(entry.nameStart..<entry.nameEnd), value: value(entry))
    }

    /// Compared without case.
    public func first(named name: String) -> String? {
        firstIndex(named: name).map { value(entries[$0]) }
    }

    public func last(named name: String) -> String? {
        lastIndex(named: name).map { value(entries[$0]) }
    }

    public func all(named name: String) -> [String] {
        entries.indices.filter { matches(entries[$0], name) }.map { value(entries[$0]) }
    }

    public func has(_ name: String) -> Bool { firstIndex(named: name) != nil }

    public static func == (left: Fields, right: Fields) -> Bool {
        guard left.entries.count == right.entries.count, left.charset == right.charset else { return false }
        return zip(left.entries, right.entries).allSatisfy { mine, other in
            left.bytes[mine.nameStart..<mine.nameEnd] == right.bytes[other.nameStart..<other.nameEnd]
                && left.bytes[mine.valueStart..<mine.valueEnd] == right.bytes[other.valueStart..<other.valueEnd]
        }
    }

    func firstIndex(named name: String) -> Int? {
        entries.indices.first { matches(entries[$0], name) }
    }

    func lastIndex(named name: String) -> Int? {
        entries.indices.last { matches(entries[$0], name) }
    }

    private func matches(_ entry: Entry, _ name: String) -> Bool {
        let wanted = name.utf8
        guard entry.nameEnd - entry.nameStart == wanted.count else { return false }
        var index = entry.nameStart
        for byte in wanted {
            if lowered(bytes[index]) != lowered(byte) { return false }
            index += 1
        }
        return true
    }

    private func value(_ entry: Entry) -> String { guessed(entry.valueStart..<entry.valueEnd) }

    private func guessed(_ range: Range<Int>) -> String {
        bytes.withUnsafeBufferPointer { decodedHeader(Bytes(rebasing: $0[range]), charset: charset) }
    }
}
