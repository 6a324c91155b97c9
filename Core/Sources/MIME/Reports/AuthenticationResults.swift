// SPDX-License-Identifier: Apache-2.0

/// What a server says about who sent a message (RFC 8601). Only that of a server one knows is worth anything.
public struct AuthenticationResults: Sendable, Equatable {
    /// Who says so, in lower case.
    public var server: String
    public var results: [Result]

    public struct Result: Sendable, Equatable {
        /// `spf`, `dkim`, `dmarc`, in lower case.
        public var method: String
        /// `pass`, `fail`, in lower case.
        public var value: String
        public var reason: String?
        /// `smtp.mailfrom`, `header.d`, in lower case, with their values as written.
        public var properties: [Field]

        public func property(_ name: String) -> String? { properties.first { $0.name == name }?.value }
    }

    /// Nil when no server is named.
    public init?(parsing value: String) {
        var scanner = TokenScanner(value)
        guard let server = scanner.word(), !server.contains("=") else { return nil }
        self.server = server.lowercased()
        results = []
        // A version number may stand behind the server; of others than the first nobody knows what they say.
        if let version = scanner.number(), version != 1 { return nil }
        while scanner.skipPastSemicolon() {
            if let result = AuthenticationResults.result(&scanner) { results.append(result) }
            if results.count >= 100 { break }
        }
    }

    public func results(of method: String) -> [Result] { results.filter { $0.method == method } }

    private static func result(_ scanner: inout TokenScanner) -> Result? {
        guard let method = scanner.name(), scanner.equals(), let value = scanner.word() else { return nil }
        // `dkim/1=pass` names a version of the method.
        let methodName = method.split(separator: "/").first.map(String.init) ?? method
        var result = Result(method: methodName.lowercased(), value: value.lowercased(), reason: nil, properties: [])
        while let name = scanner.name() {
            guard scanner.equals(), let value = scanner.word() else { break }
            if name.isEqual(caseless: "reason") {
                result.reason = value
            } else if result.properties.count < 100 {
                result.properties.append(Field(name: name.lowercased(), value: value))
            }
        }
        return result
    }
}

/// Words, quoted strings and comments of a structured field.
private struct TokenScanner {
    private let bytes: [UInt8]
    private var index = 0

    init(_ text: String) { bytes = Array(text.utf8) }

    /// A token up to a blank, a semicolon or `=`.
    mutating func name() -> String? {
        skipBlanks()
        let start = index
        while index < bytes.count, !isSpace(bytes[index]), ![0x3B, 0x3D, 0x28].contains(bytes[index]) { index += 1 }
        return index > start ? String(decoding: bytes[start..<index], as: UTF8.self) : nil
    }

    /// A value: a quoted string, or everything up to a blank or a semicolon.
    mutating func word() -> String? {
        skipBlanks()
        if index < bytes.count, bytes[index] == 0x22 { return quoted() }
        let start = index
        while index < bytes.count, !isSpace(bytes[index]), bytes[index] != 0x3B, bytes[index] != 0x28 { index += 1 }
        return index > start ? String(decoding: bytes[start..<index], as: UTF8.self) : nil
    }

    mutating func number() -> Int? {
        skipBlanks()
        let start = index
        while index < bytes.count, bytes[index] &- 48 < 10 { index += 1 }
        return Int(String(decoding: bytes[start..<index], as: UTF8.self))
    }

    mutating func equals() -> Bool {
        skipBlanks()
        guard index < bytes.count, bytes[index] == 0x3D else { return false }
        index += 1
        return true
    }

    /// False at the end.
    mutating func skipPastSemicolon() -> Bool {
        while index < bytes.count {
            skipBlanks()
            guard index < bytes.count else { return false }
            if bytes[index] == 0x3B {
                index += 1
                return true
            }
            if bytes[index] == 0x22 { _ = quoted() } else { index += 1 }
        }
        return false
    }

    private mutating func quoted() -> String {
        index += 1
        var out: [UInt8] = []
        while index < bytes.count, bytes[index] != 0x22 {
            if bytes[index] == 0x5C, index + 1 < bytes.count { index += 1 }
            out.append(bytes[index])
            index += 1
        }
        // The closing quote may be missing.
        index = min(index + 1, bytes.count)
        return String(decoding: out, as: UTF8.self)
    }

    private mutating func skipBlanks() {
        var depth = 0
        while index < bytes.count {
            let byte = bytes[index]
            if byte == 0x28 {
                depth += 1
            } else if byte == 0x29, depth > 0 {
                depth -= 1
            } else if byte == 0x5C, depth > 0 {
                index += 1
            } else if depth == 0, !isSpace(byte) {
                return
            }
            index += 1
        }
        index = min(index, bytes.count)
    }
}
