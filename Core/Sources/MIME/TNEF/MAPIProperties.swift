// SPDX-License-Identifier: Apache-2.0

/// A list of properties ([MS-OXTNEF] §2.1.3.4): the first value of each, as a place in the stream.
struct MAPIProperties {
    struct Value {
        var type: UInt16
        var range: Range<Int>
    }

    private(set) var values: [UInt16: Value] = [:]
    /// The list ended before its count said.
    private(set) var isBroken = false

    /// Properties of one list; real ones have some hundred.
    private static let most: UInt32 = 20_000

    init(_ bytes: Bytes, _ range: Range<Int>) {
        var reader = LittleEndianReader(bytes, range)
        guard let count = reader.long() else {
            isBroken = true
            return
        }
        for _ in 0..<min(count, MAPIProperties.most) {
            guard readProperty(&reader) else {
                isBroken = true
                return
            }
        }
    }

    private mutating func readProperty(_ reader: inout LittleEndianReader) -> Bool {
        guard let kind = reader.short(), let id = reader.short() else { return false }
        if id >= 0x8000, !MAPIProperties.skipName(&reader) { return false }
        let type = kind & 0x0FFF
        let isMany = kind & 0x1000 != 0
        if let size = MAPIProperties.fixedSize(type) {
            let count = isMany ? reader.length() : 1
            guard let count, count <= reader.left else { return false }
            if size == 0 { return true }
            for index in 0..<count {
                guard let range = reader.take(size) else { return false }
                reader.pad(size)
                if index == 0 { keep(id, type, range) }
            }
            return true
        }
        guard let count = reader.length(), count <= reader.left else { return false }
        for index in 0..<count {
            guard let size = reader.length(), let range = reader.take(size) else { return false }
            reader.pad(size)
            if index == 0 { keep(id, type, range) }
        }
        return true
    }

    private mutating func keep(_ id: UInt16, _ type: UInt16, _ range: Range<Int>) {
        if values[id] == nil { values[id] = Value(type: type, range: range) }
    }

    /// The name of a property that has no number of its own.
    private static func skipName(_ reader: inout LittleEndianReader) -> Bool {
        guard reader.take(16) != nil, let kind = reader.long() else { return false }
        guard kind == 1 else { return reader.long() != nil }
        guard let size = reader.length(), reader.take(size) != nil else { return false }
        reader.pad(size)
        return true
    }

    /// Nil for strings, bytes and objects, which say how long they are.
    private static func fixedSize(_ type: UInt16) -> Int? {
        switch type {
        case 0x0001: 0
        case 0x0002, 0x000B: 2
        case 0x0003, 0x0004, 0x000A: 4
        case 0x0005, 0x0006, 0x0007, 0x0014, 0x0040: 8
        case 0x0048: 16
        default: nil
        }
    }
}

/// The properties that are looked at, by their numbers ([MS-OXPROPS]).
enum MAPIProperty {
    static let subject: UInt16 = 0x0037
    static let body: UInt16 = 0x1000
    static let compressedRTF: UInt16 = 0x1009
    static let html: UInt16 = 0x1013
    static let codePage: UInt16 = 0x3FDE
    static let displayName: UInt16 = 0x3001
    static let attachedContent: UInt16 = 0x3701
    static let shortName: UInt16 = 0x3704
    static let longName: UInt16 = 0x3707
    static let transportName: UInt16 = 0x370C
    static let mediaType: UInt16 = 0x370E
    static let contentID: UInt16 = 0x3712
    /// The type of a property that is an object.
    static let objectType: UInt16 = 0x000D
    /// The type of a string in UTF-16.
    static let wideStringType: UInt16 = 0x001F
}
