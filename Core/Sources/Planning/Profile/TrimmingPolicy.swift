// SPDX-License-Identifier: Apache-2.0

public import Markup

/// What becomes of quotes and signatures, and what the admin's own expressions take away beside them.
///
///     trimming:
///       elided: left-out
///       delimiters: ["-{3,} Ticket history"]
///       cleanups: ['(?i)^\[external mail\]']
public struct TrimmingPolicy: Sendable, Equatable, Encodable {
    /// What becomes of the part that the sender only carried along.
    public var elided: ElidedPart
    /// From the first line on that one of them matches at its beginning, all is carried along.
    public var delimiters: [TextPattern]
    /// What they match in the subject and in the text is taken out, one expression after the other.
    public var cleanups: [TextPattern]

    public init(
        elided: ElidedPart = .folded, delimiters: [TextPattern] = [], cleanups: [TextPattern] = []
    ) {
        self.elided = elided
        self.delimiters = delimiters
        self.cleanups = cleanups
    }

    /// As many expressions of each kind are looked for in every letter.
    public static let mostExpressions = 50

    enum CodingKeys: String, CodingKey, CaseIterable {
        case elided, delimiters, cleanups
    }
}

extension TrimmingPolicy: Decodable {
    public init(from decoder: any Decoder) throws {
        let keys = try decoder.strict(CodingKeys.self)
        self.init()
        elided = try keys.value(.elided, or: elided)
        delimiters = try Self.expressions(.delimiters, in: keys)
        cleanups = try Self.expressions(.cleanups, in: keys)
    }

    private static func expressions(
        _ key: CodingKeys, in keys: KeyedDecodingContainer<CodingKeys>
    ) throws -> [TextPattern] {
        let expressions = try keys.value(key, or: [TextPattern]())
        guard expressions.count <= mostExpressions else {
            throw DecodingError.dataCorruptedError(
                forKey: key, in: keys,
                debugDescription:
                    "there are \(expressions.count) \(key.rawValue), and at most \(mostExpressions) are taken")
        }
        return expressions
    }
}

/// What becomes of the part of a letter that its sender only carried along.
public enum ElidedPart: String, Sendable, Codable, CaseIterable {
    /// It stands below the text, folded until a reader opens it.
    case folded
    /// Only the letter itself has it.
    case leftOut = "left-out"
}
