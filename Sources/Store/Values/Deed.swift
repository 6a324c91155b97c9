// SPDX-License-Identifier: Apache-2.0

public import Foundation

/// What a person did here, or asked for: of an admin, an operator, or who sits at the machine.
public struct Deed: Sendable, Hashable, Codable {
    /// The account, or the user of the machine.
    public var by: String
    /// What was done, as in `rerun-letter`.
    public var what: String
    /// The letter, event, tenant or account that it was done to.
    public var about: String

    public init(by: String, what: String, about: String) {
        self.by = by
        self.what = what
        self.about = about
    }
}

/// A deed in its place of the trail, which begins at 1.
public struct TrailEntry: Sendable, Hashable {
    public var number: Int
    public var doneAt: Date
    public var deed: Deed
}

/// An entry to hold the trail to later: who wrote it down elsewhere will see if the trail was cut or written anew since.
public struct TrailMark: Sendable, Hashable, CustomStringConvertible {
    public var number: Int
    /// In hex.
    public var chain: String

    public init(number: Int, chain: String) {
        self.number = number
        self.chain = chain
    }

    /// As in `12:0f3a...`.
    public init?(_ text: String) {
        let parts = text.split(separator: ":")
        guard parts.count == 2, let number = Int(parts[0]), number > 0 else { return nil }
        self.init(number: number, chain: parts[1].lowercased())
    }

    public var description: String { "\(number):\(chain)" }
}

/// What a check of a trail found.
public enum TrailCheck: Sendable, Hashable, CustomStringConvertible {
    case empty
    /// Every entry is as it was written, up to this one.
    case whole(TrailMark)
    /// The first entry that is not as it was written.
    case broken(Int, String)

    public var description: String {
        switch self {
        case .empty: "The trail is empty."
        case .whole(let mark): "The trail is whole: \(mark.number) entries. Write down the last one: \(mark)"
        case .broken(_, let words): words
        }
    }
}
