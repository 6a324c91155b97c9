// SPDX-License-Identifier: Apache-2.0

import Planning

/// What is told when it is committed: here, and to the other processes of the database.
enum News: String, Sendable, CaseIterable {
    /// A letter may be due.
    case letter
    /// An event may be due.
    case event
    /// A tenant came or went, or is set up in another way.
    case setUp = "set-up"
}

extension Line {
    /// That it may have work.
    var news: News {
        switch self {
        case .letter: .letter
        case .event: .event
        }
    }
}

/// Whether this process hears at once what others tell.
public enum Hearing: Sendable, Hashable {
    /// There are no others, or none that could tell.
    case noOthers
    /// The session that hears is being made.
    case notYet
    case hears
    /// Why not; it is tried again.
    case deaf(String)
}
