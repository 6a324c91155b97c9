// SPDX-License-Identifier: Apache-2.0

/// A regular expression of an administrator's, whose time is bounded for every pattern and every text.
///
/// It knows what can be matched without going back: letters, `.`, classes (`[a-z]`, `\d`, `\w`, `\s`), groups, `|`, `*`, `+`,
/// `?`, `{2,5}` and their lazy forms, `^`, `$` (at each line), `\b`, and `(?i)` in front. Back references and look-around are
/// refused. Where several matches begin at one place the first alternative wins, as in Perl.
public struct TextPattern: Sendable, Equatable {
    public let pattern: String
    let program: PatternProgram

    public init(_ pattern: String) throws(PatternError) {
        self.pattern = pattern
        program = try PatternProgram(parsing: pattern)
    }

    /// Takes the steps that it needs off those that are left; below zero it was stopped and found nothing.
    func matchesBeginning(of text: [Unicode.Scalar], steps: inout Int) -> Bool {
        var machine = PatternMachine(program, text, steps: steps)
        defer { steps = machine.stepsLeft }
        return machine.match(from: 0, isAnchored: true) != nil
    }

    /// Where it matches, from the beginning on and without overlap; empty matches are none.
    func matches(in text: [Unicode.Scalar], steps: inout Int) -> [Range<Int>] {
        var machine = PatternMachine(program, text, steps: steps)
        defer { steps = machine.stepsLeft }
        var found: [Range<Int>] = []
        var position = 0
        while position <= text.count, let match = machine.match(from: position, isAnchored: false) {
            if match.isEmpty {
                position = match.lowerBound + 1
            } else {
                found.append(match)
                position = match.upperBound
            }
        }
        return found
    }
}

extension TextPattern: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        do throws(PatternError) {
            try self.init(try Self.pattern(in: container))
        } catch {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: error.description)
        }
    }

    private static func pattern(in container: any SingleValueDecodingContainer) throws(PatternError) -> String {
        do {
            return try container.decode(String.self)
        } catch {
            throw PatternError(.notText, at: 0)
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(pattern)
    }
}

/// Why a pattern is no expression, in words for the administrator who wrote it.
public struct PatternError: Error, Sendable, Equatable, CustomStringConvertible {
    public enum Code: String, Sendable, CaseIterable {
        case notText, tooLong, tooDeep, unclosed, unopened, nothingToRepeat, badRange, badRepetition, unsupported
    }

    public let code: Code
    /// Where in the pattern, in Unicode scalars from its beginning.
    public let offset: Int

    init(_ code: Code, at offset: Int) {
        self.code = code
        self.offset = offset
    }

    public var description: String {
        let place = " (at character \(offset + 1))"
        return switch code {
        case .notText: "The expression is not a text."
        case .tooLong: "The expression is too long or repeats too much."
        case .tooDeep: "The expression has too many brackets inside of one another" + place + "."
        case .unclosed: "A bracket is not closed" + place + "."
        case .unopened: "A bracket is closed that was not opened" + place + "."
        case .nothingToRepeat: "There is nothing to repeat" + place + "."
        case .badRange: "A range ends before it begins" + place + "."
        case .badRepetition: "A repetition is at most 200 times, and its end is not before its beginning" + place + "."
        case .unsupported: "This form is not known here: no back references, no look-around" + place + "."
        }
    }
}
