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

extension Project {
    init(_ wanted: SandboxConfiguration.Project, id: Int) {
        self.init(id: id, key: wanted.key, name: wanted.name, isServiceProject: wanted.isServiceProject)
    }
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
    /// Of issues that stand alone.
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

struct Resolution: Listed {
    var id: Int
    var name: String
    var description: String

    static let all = [
        Resolution(id: 10000, name: "Done", description: "Work has been completed."),
        Resolution(id: 10001, name: "Won't Do", description: "This will not be worked on."),
        Resolution(id: 10002, name: "Duplicate", description: "Another issue is about the same."),
        Resolution(id: 10003, name: "Cannot Reproduce", description: "Nobody could see it again."),
    ]
    static let done = all[0]
}
