// SPDX-License-Identifier: Apache-2.0

/// One customer of this installation: everything kept belongs to exactly one.
///
/// Lower-case letters, digits and hyphens, 1 to 40 characters, so that it can stand in an address and in a header.
public struct TenantID: Hashable, Sendable, CustomStringConvertible {
    public let rawValue: String

    public init?(_ raw: String) {
        let allowed = raw.utf8.allSatisfy { ($0 >= 0x61 && $0 <= 0x7A) || ($0 >= 0x30 && $0 <= 0x39) || $0 == 0x2D }
        guard allowed, (1...40).contains(raw.utf8.count), raw.utf8.first != 0x2D else { return nil }
        rawValue = raw
    }

    public var description: String { rawValue }
}

/// One letter or event and the work that it causes.
///
/// 26 characters of Crockford's base 32, the first ten of them the time, so that ids sort by age.
public struct JobID: Hashable, Sendable, Comparable, CustomStringConvertible {
    public let rawValue: String

    public init?(_ raw: String) {
        let allowed = raw.utf8.allSatisfy(Self.alphabet.contains)
        guard allowed, raw.utf8.count == 26 else { return nil }
        rawValue = raw
    }

    public var description: String { rawValue }

    public static func < (one: JobID, other: JobID) -> Bool { one.rawValue < other.rawValue }

    private static let alphabet = Set("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)
}

/// What an admin calls a source, an outbound, a profile, a connection or a notification: the form of `TenantID`.
public struct ConfigurationID: Hashable, Sendable, Comparable, CustomStringConvertible {
    public let rawValue: String

    public init?(_ raw: String) {
        guard let id = TenantID(raw) else { return nil }
        rawValue = id.rawValue
    }

    public var description: String { rawValue }

    public static func < (one: ConfigurationID, other: ConfigurationID) -> Bool { one.rawValue < other.rawValue }
}

/// An id that is kept as one string, and refuses any other when it is read.
public protocol TextualID: Codable {
    init?(_ raw: String)
    var rawValue: String { get }
}

extension TextualID {
    public init(from decoder: any Decoder) throws {
        let raw = try decoder.singleValueContainer().decode(String.self)
        guard let id = Self(raw) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "\"\(raw)\" is not a valid name here"))
        }
        self = id
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }
}

extension TenantID: TextualID {}
extension JobID: TextualID {}
extension ConfigurationID: TextualID {}

/// The derived name of one action of one plan: the same each time the plan is made again.
public struct ActionID: Hashable, Sendable, CustomStringConvertible {
    public let job: JobID
    public let decider: ConfigurationID
    public let ordinal: Int

    public init(job: JobID, decider: ConfigurationID, ordinal: Int) {
        self.job = job
        self.decider = decider
        self.ordinal = ordinal
    }

    public var description: String { "\(job).\(decider).\(ordinal)" }
}

/// The two lines of the product.
public enum Line: String, Hashable, Sendable, Codable, CaseIterable {
    case letter
    case event
}
