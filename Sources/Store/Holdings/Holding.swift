// SPDX-License-Identifier: Apache-2.0

public import Foundation

/// What is kept beside letters, events and their records.
public enum HoldingKind: String, Sendable, Hashable, CaseIterable {
    /// A letter that an admin made a test case of: as long as the tenant is there (P29).
    case `case`
    /// A copy of an event for previews of templates, made by an admin: until an admin takes it away (P51).
    case preview
    /// A mail as it was sent: as long as mail is kept (P46, P47).
    case sent
    /// Who bought what: for a year (P74).
    case purchase
    /// A file of an issue that is kept here instead of in Jira, until its issue's end (P88, P89, P90).
    case external
}

/// A thing that is held, without its content.
public struct Holding: Sendable, Hashable {
    public var kind: HoldingKind
    public var id: String
    public var madeAt: Date
    /// Nil as long as nothing ends it.
    public var keptUntil: Date?
}
