// SPDX-License-Identifier: Apache-2.0

struct Project: Sendable, Equatable {
    var id: Int
    var key: String
    var name: String
    /// Whether customers ask in it by requests.
    var isServiceProject = false
    /// The number of the newest issue; Jira never hands a key out twice.
    var lastNumber = 0
}

struct IssueType: Sendable, Equatable {
    var id: Int
    var name: String
    var description: String
    /// Of a part of another issue.
    var isSubtask = false

    static let all = [
        IssueType(id: 10001, name: "Task", description: "A small, distinct piece of work."),
        IssueType(id: 10002, name: "Bug", description: "A problem or error."),
        IssueType(id: 10003, name: "Incident", description: "Something is not working for somebody now."),
        IssueType(id: 10004, name: "Sub-task", description: "A part of another issue.", isSubtask: true),
    ]
    /// Of issues that stand alone, which all are here.
    static let whole = all.filter { !$0.isSubtask }
}

struct Priority: Sendable, Equatable {
    var id: Int
    var name: String

    static let all = [
        Priority(id: 1, name: "Highest"), Priority(id: 2, name: "High"), Priority(id: 3, name: "Medium"),
        Priority(id: 4, name: "Low"), Priority(id: 5, name: "Lowest"),
    ]
    static let medium = all[2]
}

/// A status of the one workflow, with the transition that leads to it from everywhere.
struct Status: Sendable, Equatable {
    var id: Int
    var name: String
    var transition: String
    var category: (id: Int, key: String, color: String)

    static let all = [
        Status(id: 10000, name: "To Do", transition: "11", category: (2, "new", "blue-gray")),
        Status(id: 10001, name: "In Progress", transition: "21", category: (4, "indeterminate", "yellow")),
        Status(id: 10002, name: "Done", transition: "31", category: (3, "done", "green")),
    ]
    static let toDo = all[0]

    static func == (one: Status, other: Status) -> Bool { one.id == other.id }
}
