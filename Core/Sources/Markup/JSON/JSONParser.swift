// SPDX-License-Identifier: Apache-2.0

/// Why bytes are not a JSON value that we take.
public struct JSONError: Error, Sendable, Equatable, CustomStringConvertible {
    public enum Code: String, Sendable {
        case tooLarge = "too-large"
        case tooDeep = "too-deep"
        case unexpectedEnd = "unexpected-end"
        case unexpectedByte = "unexpected-byte"
        case invalidNumber = "invalid-number"
        case invalidString = "invalid-string"
        case trailingBytes = "trailing-bytes"
    }

    public let code: Code
    /// How many bytes had been read well.
    public let offset: Int

    /// Says what and where, and nothing of the content.
    public var description: String { "not JSON at byte \(offset): \(code.rawValue)" }
}

/// What a parser of JSON takes at most.
public struct JSONLimits: Sendable, Equatable {
    public var bytes: Int
    public var depth: Int

    public init(bytes: Int, depth: Int) {
        self.bytes = bytes
        self.depth = depth
    }

    /// 32 MiB, 128 levels: above anything that Jira sends (a webhook has at most 25 MB).
    public static let standard = JSONLimits(bytes: 32 << 20, depth: 128)
}

extension JSONValue {
    /// Reads one JSON text (RFC 8259) in UTF-8, a byte order mark allowed.
    ///
    /// A lone surrogate and a broken UTF-8 sequence become U+FFFD; of two members of the same name the last one stays.
    public init(parsing bytes: [UInt8], limits: JSONLimits = .standard) throws(JSONError) {
        guard bytes.count <= limits.bytes else { throw JSONError(code: .tooLarge, offset: limits.bytes) }
        var parser = JSONParser(bytes: bytes, depth: limits.depth)
        self = try parser.parseText()
    }
}

private struct JSONParser {
    private let bytes: [UInt8]
    private var position: Int
    private var depth: Int

    init(bytes: [UInt8], depth: Int) {
        self.bytes = bytes
        self.depth = depth
        position = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    }

    mutating func parseText() throws(JSONError) -> JSONValue {
        let value = try parseValue()
        skipSpace()
        guard position == bytes.count else { throw error(.trailingBytes) }
        return value
    }

    private func error(_ code: JSONError.Code) -> JSONError { JSONError(code: code, offset: position) }

    private mutating func skipSpace() {
        while position < bytes.count, [0x20, 0x0A, 0x0D, 0x09].contains(bytes[position]) { position += 1 }
    }

    /// The next byte behind white space, not consumed.
    private mutating func next() throws(JSONError) -> UInt8 {
        skipSpace()
        guard position < bytes.count else { throw error(.unexpectedEnd) }
        return bytes[position]
    }

    private mutating func parseValue() throws(JSONError) -> JSONValue {
        switch try next() {
        case UInt8(ascii: "{"): return try nested { (parser) throws(JSONError) in try parser.parseObject() }
        case UInt8(ascii: "["): return try nested { (parser) throws(JSONError) in try parser.parseArray() }
        case UInt8(ascii: "\""): return .string(try parseString())
        case UInt8(ascii: "t"): return try parseWord("true", .bool(true))
        case UInt8(ascii: "f"): return try parseWord("false", .bool(false))
        case UInt8(ascii: "n"): return try parseWord("null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try parseNumber()
        default: throw error(.unexpectedByte)
        }
    }

    private mutating func nested(
        _ parse: (inout JSONParser) throws(JSONError) -> JSONValue
    ) throws(JSONError) -> JSONValue {
        guard depth > 0 else { throw error(.tooDeep) }
        depth -= 1
        position += 1
        let value = try parse(&self)
        depth += 1
        return value
    }

    private mutating func parseObject() throws(JSONError) -> JSONValue {
        var members: [String: JSONValue] = [:]
        if try next() == UInt8(ascii: "}") {
            position += 1
            return .object(members)
        }
        while true {
            guard try next() == UInt8(ascii: "\"") else { throw error(.unexpectedByte) }
            let name = try parseString()
            guard try next() == UInt8(ascii: ":") else { throw error(.unexpectedByte) }
            position += 1
            members[name] = try parseValue()
            if try !continues(until: UInt8(ascii: "}")) { return .object(members) }
        }
    }

    private mutating func parseArray() throws(JSONError) -> JSONValue {
        var elements: [JSONValue] = []
        if try next() == UInt8(ascii: "]") {
            position += 1
            return .array(elements)
        }
        while true {
            elements.append(try parseValue())
            if try !continues(until: UInt8(ascii: "]")) { return .array(elements) }
        }
    }

    /// Takes a comma (true) or the closing byte (false).
    private mutating func continues(until end: UInt8) throws(JSONError) -> Bool {
        let byte = try next()
        guard byte == UInt8(ascii: ",") || byte == end else { throw error(.unexpectedByte) }
        position += 1
        return byte != end
    }

    private mutating func parseWord(_ word: StaticString, _ value: JSONValue) throws(JSONError) -> JSONValue {
        let end = position + word.utf8CodeUnitCount
        guard end <= bytes.count else { throw error(.unexpectedEnd) }
        let matches = word.withUTF8Buffer { $0.elementsEqual(bytes[position..<end]) }
        guard matches else { throw error(.unexpectedByte) }
        position = end
        return value
    }

    private mutating func parseNumber() throws(JSONError) -> JSONValue {
        let start = position
        if bytes[position] == UInt8(ascii: "-") { position += 1 }
        let whole = digits()
        guard whole > 0, whole == 1 || bytes[position - whole] != UInt8(ascii: "0") else { throw error(.invalidNumber) }
        var isWhole = true
        if position < bytes.count, bytes[position] == UInt8(ascii: ".") {
            position += 1
            isWhole = false
            guard digits() > 0 else { throw error(.invalidNumber) }
        }
        if position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") {
            position += 1
            isWhole = false
            if position < bytes.count, bytes[position] == UInt8(ascii: "+") || bytes[position] == UInt8(ascii: "-") {
                position += 1
            }
            guard digits() > 0 else { throw error(.invalidNumber) }
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        if isWhole, let number = Int(text) { return .integer(number) }
        guard let number = Double(text), number.isFinite else { throw error(.invalidNumber) }
        return .number(number)
    }

    private mutating func digits() -> Int {
        let start = position
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        while position < bytes.count, digits.contains(bytes[position]) { position += 1 }
        return position - start
    }

    /// A string whose opening quote is next.
    private mutating func parseString() throws(JSONError) -> String {
        position += 1
        var text: [UInt8] = []
        while position < bytes.count {
            let start = position
            while position < bytes.count, isPlain(bytes[position]) { position += 1 }
            guard position < bytes.count else { break }
            switch bytes[position] {
            case UInt8(ascii: "\""):
                let plain = bytes[start..<position]
                position += 1
                if text.isEmpty { return String(decoding: plain, as: UTF8.self) }
                text.append(contentsOf: plain)
                return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"):
                text.append(contentsOf: bytes[start..<position])
                position += 1
                try parseEscape(into: &text)
            default: throw error(.invalidString)
            }
        }
        throw error(.unexpectedEnd)
    }

    private func isPlain(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
    }

    private mutating func parseEscape(into text: inout [UInt8]) throws(JSONError) {
        guard position < bytes.count else { throw error(.unexpectedEnd) }
        let byte = bytes[position]
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"): text.append(contentsOf: String(try parseScalar()).utf8)
        default: throw error(.invalidString)
        }
    }

    private mutating func parseScalar() throws(JSONError) -> Character {
        let first = try parseHexadecimal()
        guard (0xD800...0xDBFF).contains(first) else { return Character(Unicode.Scalar(first) ?? "\u{FFFD}") }
        let afterFirst = position
        if position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\"), bytes[position + 1] == UInt8(ascii: "u") {
            position += 2
            let second = try parseHexadecimal()
            if (0xDC00...0xDFFF).contains(second) {
                let value = 0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)
                return Character(Unicode.Scalar(value) ?? "\u{FFFD}")
            }
            position = afterFirst
        }
        return "\u{FFFD}"
    }

    private mutating func parseHexadecimal() throws(JSONError) -> UInt32 {
        guard position + 4 <= bytes.count else { throw error(.unexpectedEnd) }
        var value: UInt32 = 0
        for byte in bytes[position..<position + 4] {
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue, byte < 0x80 else {
                throw error(.invalidString)
            }
            value = value << 4 | UInt32(digit)
        }
        position += 4
        return value
    }
}
