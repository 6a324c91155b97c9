// SPDX-License-Identifier: Apache-2.0

struct Project: Codable, Equatable, Sendable {
    var id: Int
    var key: String
    var name: String
    /// Whether customers ask in it by requests.
    var isServiceProject = false
    /// The number of the newest issue; Jira never hands a key out twice.
    var lastNumber = 0
}

struct IssueType: Listed {
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

struct Priority: Listed {
    var id: Int
    var name: String

    static let all = [
        Priority(id: 1, name: "Highest"), Priority(id: 2, name: "High"), Priority(id: 3, name: "Medium"),
        Priority(id: 4, name: "Low"), Priority(id: 5, name: "Lowest"),
    ]
    static let medium = all[2]
}

/// A status of the one workflow, with the transition that leads to it from everywhere.
struct Status: Listed {
    var id: Int
    var name: String
    var transition: String
    var category: StatusCategory

    static let all = [
        Status(id: 10000, name: "To Do", transition: "11", category: .toDo),
        Status(id: 10001, name: "In Progress", transition: "21", category: .inProgress),
        Status(id: 10002, name: "Done", transition: "31", category: .done),
    ]
    static let toDo = all[0]
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
