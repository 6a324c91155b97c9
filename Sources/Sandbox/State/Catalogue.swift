// SPDX-License-Identifier: Apache-2.0

/// What the issues of a project can be sorted by.
struct CatalogueEntry: Codable, Equatable, Sendable {
    enum Kind: String, Codable, Sendable {
        case component, version, securityLevel
    }

    let kind: Kind
    let id: Int
    let project: Int
    var name: String
    var description = ""
    /// Of a version.
    var isArchived = false
    var isReleased = false

    func isNamed(_ reference: String) -> Bool { name == reference || String(id) == reference }
}

/// A group of people, or a role that some of them have in every project.
struct Circle: Sendable, Equatable {
    enum Kind: Sendable {
        case group, role
    }

    let kind: Kind
    let id: Int
    let name: String
    /// Their names.
    let members: Set<String>

    /// Jira Cloud knows groups by ids like this.
    var groupID: String { "276f955c-63d7-42c8-9520-92d01dca00\(id % 100)" }

    static let all = [
        Circle(
            kind: .group, id: 10, name: "jira-users",
            members: ["Mail Handler", "Ada Ringer", "Bo Lindqvist", "Chidi Okafor", "Dana Weiss", "Emi Tanaka"]),
        Circle(kind: .group, id: 11, name: "support-team", members: ["Mail Handler", "Bo Lindqvist"]),
        Circle(kind: .group, id: 12, name: "board", members: ["Dana Weiss"]),
        Circle(kind: .role, id: 10002, name: "Administrators", members: ["Dana Weiss"]),
        Circle(kind: .role, id: 10100, name: "Service Desk Team", members: ["Mail Handler", "Bo Lindqvist"]),
    ]

    static func named(_ reference: String, _ kind: Kind) -> Circle? {
        all.first { $0.kind == kind && [$0.name, $0.groupID, String($0.id)].contains(reference) }
    }
}

/// What a project has from the start: a level of security for who answers, and one for the board alone.
struct SecurityLevel: Sendable {
    let name: String
    let circle: String

    static let all = [
        SecurityLevel(name: "Staff", circle: "Service Desk Team"),
        SecurityLevel(name: "Board", circle: "Administrators"),
    ]
}
