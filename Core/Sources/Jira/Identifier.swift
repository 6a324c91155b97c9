// SPDX-License-Identifier: Apache-2.0

/// A name that Jira gave to a thing. Valid by construction; a JSON string in storage.
public protocol Identifier: RawRepresentable, Hashable, Codable, Sendable, CustomStringConvertible
where RawValue == String {}

extension Identifier {
    public init?(_ raw: String) {
        self.init(rawValue: raw)
    }

    public var description: String { rawValue }
}

/// A number that Jira gave to a thing of this type: `10042`. Kept as the digits.
public struct NumericID<Thing>: Identifier {
    public let rawValue: String

    public init?(rawValue: String) {
        guard isNumber(rawValue) else { return nil }
        self.rawValue = rawValue
    }

    /// The same as a number, for the few requests that want one.
    var number: Int { Int(rawValue)! }
}

/// The number that Jira never gives twice. It stays when the issue moves and its key changes.
public typealias IssueID = NumericID<Issue>
public typealias CommentID = NumericID<Comment>
public typealias ProjectID = NumericID<Project>
public typealias IssueTypeID = NumericID<IssueType>
public typealias TransitionID = NumericID<Transition>
public typealias AttachmentID = NumericID<Attachment>
public typealias WebhookID = NumericID<Webhook>

/// The id of an account on Cloud; on Data Center its user key. At most 255 visible characters.
public struct AccountID: Identifier {
    public let rawValue: String

    public init?(rawValue: String) {
        let isVisible = rawValue.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value != 0x7f }
        guard (1...255).contains(rawValue.utf8.count), isVisible else { return nil }
        self.rawValue = rawValue
    }
}

/// The letters before the number in an issue key: `ABC`. Two characters or more, upper case.
public struct ProjectKey: Identifier {
    public let rawValue: String

    public init?(rawValue: String) {
        let bytes = rawValue.utf8
        guard (2...255).contains(bytes.count), let first = bytes.first, isUpper(first),
            bytes.allSatisfy({ isUpper($0) || isDigit($0) || $0 == UInt8(ascii: "_") })
        else { return nil }
        self.rawValue = rawValue
    }
}

/// The name of an entity property: letters, digits, `.`, `_`, `-`; at most 255 characters, not dots alone.
public struct PropertyKey: Identifier {
    public let rawValue: String

    public init?(rawValue: String) {
        let bytes = rawValue.utf8
        guard (1...255).contains(bytes.count), bytes.contains(where: isAlphanumeric),
            bytes.allSatisfy({ isAlphanumeric($0) || "._-".utf8.contains($0) })
        else { return nil }
        self.rawValue = rawValue
    }
}

/// How a request names an issue. By id wherever it is known: keys change when issues move.
public enum IssueReference: Hashable, Codable, Sendable {
    case id(IssueID)
    case key(IssueKey)

    /// What stands in a request's path.
    public var pathSegment: String {
        switch self {
        case .id(let id): id.rawValue
        case .key(let key): key.rawValue
        }
    }
}

/// Decimal digits that a 63-bit number holds, without a leading zero.
func isNumber(_ text: some StringProtocol) -> Bool {
    let digits = text.utf8
    return (1...18).contains(digits.count) && digits.allSatisfy(isDigit) && digits.first != UInt8(ascii: "0")
}

func isUpper(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
}

func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
}

func isAlphanumeric(_ byte: UInt8) -> Bool {
    isDigit(byte) || isUpper(byte) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
}
