// SPDX-License-Identifier: Apache-2.0

extension SandboxJira {
    /// The issue of the path parameter `key`, which may be a key or a numeric id.
    func issue(_ call: Call) throws -> Issue {
        let issue = try issue(call[parameter: "key"])
        guard sees(issue, call.caller) else { throw JiraRefusal.unknownIssue }
        return issue
    }

    func issue(_ reference: String) throws -> Issue {
        let id = issueIDs[reference.uppercased()] ?? Int(reference)
        guard let id, let issue = issues[id] else { throw JiraRefusal.unknownIssue }
        return issue
    }

    func comment(_ reference: String) throws -> (issue: Issue, index: Int) {
        guard let id = Int(reference), let home = homeOfComment[id], let issue = issues[home],
            let index = issue.comments.firstIndex(where: { $0.id == id })
        else { throw JiraRefusal.notFound("Can not find a comment for the id: \(reference).") }
        return (issue, index)
    }

    func attachment(_ reference: String) throws -> Attachment {
        guard let id = Int(reference), let home = homeOfAttachment[id],
            let attachment = issues[home]?.attachments.first(where: { $0.id == id })
        else { throw JiraRefusal.notFound("The attachment with id '\(reference)' does not exist") }
        return attachment
    }

    /// Whom a request means: by account id on Cloud, by user name on Data Center.
    func person(_ reference: String, _ dialect: Dialect) throws -> Person {
        let found = people.first { (dialect == .dataCenter ? $0.name : $0.accountID) == reference }
        guard let found else { throw JiraRefusal.notFound("User '\(reference)' does not exist.") }
        return found
    }

    /// Keeps a changed issue, and marks it as changed now.
    func keep(_ issue: Issue) {
        var issue = issue
        issue.updated = now()
        put(issue)
    }
}
