// SPDX-License-Identifier: Apache-2.0

struct Status: Listed {
    let id: Int
    let name: String
    let category: StatusCategory

    static let all = [
        Status(id: 10000, name: "To Do", category: .toDo),
        Status(id: 10001, name: "In Progress", category: .inProgress),
        Status(id: 10002, name: "Done", category: .done),
        Status(id: 10003, name: "In Review", category: .inProgress),
        Status(id: 10004, name: "Resolved", category: .done),
        Status(id: 10005, name: "Closed", category: .done),
        Status(id: 10006, name: "Waiting for support", category: .toDo),
        Status(id: 10007, name: "Waiting for customer", category: .inProgress),
        Status(id: 10008, name: "Canceled", category: .done),
    ]

    static func named(_ name: String) -> Status { all.first { $0.name == name }! }
}

/// Jira knows three kinds of statuses, whatever their names.
enum StatusCategory: Sendable {
    case toDo, inProgress, done

    var id: Int {
        switch self {
        case .toDo: 2
        case .inProgress: 4
        case .done: 3
        }
    }

    var key: String {
        switch self {
        case .toDo: "new"
        case .inProgress: "indeterminate"
        case .done: "done"
        }
    }

    var name: String {
        switch self {
        case .toDo: "To Do"
        case .inProgress: "In Progress"
        case .done: "Done"
        }
    }

    var color: String {
        switch self {
        case .toDo: "blue-gray"
        case .inProgress: "yellow"
        case .done: "green"
        }
    }
}

/// The statuses that an issue goes through, and the ways between them.
struct Workflow: Sendable {
    struct Transition: Sendable {
        let id: Int
        let name: String
        /// From where it leads; from everywhere where there is nothing.
        let from: [Status]?
        let to: Status
        /// The fields that it asks for, and those of them that it needs.
        var screen: Set<String> = []
        var required: Set<String> = []

        func leads(from status: Status) -> Bool { from?.contains(status) ?? true }
    }

    let name: String
    /// The first is that of a new issue.
    let statuses: [Status]
    let transitions: [Transition]

    var initial: Status { statuses[0] }

    /// Every status from every other, and nothing is asked.
    static let simple: Workflow = {
        let statuses = ["To Do", "In Progress", "Done"].map(Status.named)
        return Workflow(
            name: "simple", statuses: statuses,
            transitions: zip([11, 21, 31], statuses).map { Transition(id: $0, name: $1.name, from: nil, to: $1) })
    }()

    /// For bugs of software projects: with a review, and a resolution that is asked for.
    static let review = Workflow(
        name: "review", statuses: ["To Do", "In Progress", "In Review", "Resolved", "Closed"].map(Status.named),
        transitions: [
            way(111, "Start work", ["To Do"], "In Progress"),
            way(121, "Ask for review", ["In Progress"], "In Review"),
            way(131, "Send back", ["In Review"], "In Progress"),
            way(
                141, "Resolve", ["In Progress", "In Review"], "Resolved", ["resolution", "fixVersions", "assignee"],
                ["resolution"]),
            way(151, "Close", ["Resolved"], "Closed"),
            way(161, "Reopen", ["Resolved", "Closed"], "To Do"),
        ])

    /// For incidents of service projects: between the support and the customer.
    static let support = Workflow(
        name: "support",
        statuses: [
            "Waiting for support", "In Progress", "Waiting for customer", "Resolved", "Canceled", "Closed",
        ].map(Status.named),
        transitions: [
            way(211, "Start work", ["Waiting for support"], "In Progress"),
            way(221, "Respond to customer", ["Waiting for support", "In Progress"], "Waiting for customer"),
            way(231, "Respond to support", ["Waiting for customer"], "Waiting for support"),
            way(
                241, "Resolve", ["Waiting for support", "In Progress", "Waiting for customer"], "Resolved",
                ["resolution", "assignee"], ["resolution"]),
            way(
                251, "Cancel request", ["Waiting for support", "In Progress", "Waiting for customer"], "Canceled",
                ["resolution"]),
            way(261, "Back to support", ["Resolved"], "Waiting for support"),
            way(271, "Close", ["Resolved", "Canceled"], "Closed"),
        ])

    static let all = [simple, review, support]

    private static func way(
        _ id: Int, _ name: String, _ from: [String], _ to: String, _ screen: Set<String> = [],
        _ required: Set<String> = []
    ) -> Transition {
        Transition(
            id: id, name: name, from: from.map(Status.named), to: .named(to), screen: screen, required: required)
    }
}
