// SPDX-License-Identifier: Apache-2.0

import Markup

extension SandboxJira {
    func myself(_ call: Call) throws -> Answer {
        var person = shape(of: call.caller, call.dialect)
        person["locale"] = "en_US"
        return Answer(200, person)
    }

    /// Jira: GET /rest/api/3/user
    func readUser(_ call: Call) throws -> Answer {
        guard let account = call.query("accountId") else {
            throw JiraRefusal.badRequest("The accountId query parameter must be provided")
        }
        guard let person = person(account) else {
            throw JiraRefusal.notFound("Specified user does not exist or you do not have required permissions")
        }
        return Answer(200, shape(of: person, call.dialect))
    }

    /// Jira: GET /rest/api/3/user/search. Finds by the start of a word of the name, or of an address that is shown.
    func searchUsers(_ call: Call) throws -> Answer {
        let query = call.query("query").flatMap { $0.isEmpty ? nil : $0 }
        let account = call.query("accountId")
        if query != nil, account != nil {
            throw JiraRefusal.badRequest("The query parameters 'query' and 'accountId' are mutually exclusive.")
        }
        guard query != nil || account != nil || call.query("property") != nil || call.query("username") != nil else {
            throw JiraRefusal.badRequest("The username or property query parameter must be provided")
        }
        let page = try call.page(limit: 1000, standard: 50)
        let found = pickable.filter { person in
            if let account { return person.accountID == account }
            guard let query else { return false }
            return person.matches(query)
        }
        return Answer(200, .array(found.dropFirst(page.start).prefix(page.size).map { shape(of: $0, call.dialect) }))
    }

    /// Whom the API user may find.
    var pickable: [Person] { may("USER_PICKER") ? people : [] }

    /// Jira: GET /rest/api/3/user/assignable/search. Customers are assigned nothing.
    func searchAssignable(_ call: Call) throws -> Answer {
        guard call.query("project") ?? call.query("issueKey") ?? call.query("issueId") != nil else {
            throw JiraRefusal.badRequest("No project, issue key or issue ID was provided")
        }
        let page = try call.page(limit: 1000, standard: 50)
        let account = call.query("accountId")
        let query = call.query(call.dialect == .dataCenter ? "username" : "query") ?? ""
        let found = people.filter { person in
            if let account { return person.accountID == account }
            return !person.isCustomer && person.matches(query)
        }
        return Answer(200, .array(found.dropFirst(page.start).prefix(page.size).map { shape(of: $0, call.dialect) }))
    }
}

extension Person {
    func matches(_ query: String) -> Bool {
        let query = query.lowercased()
        let name = displayName.lowercased()
        let words = name.split(separator: " ")
        return query.isEmpty || name.hasPrefix(query) || words.contains { $0.hasPrefix(query) }
            || (showsEmailAddress && emailAddress.lowercased().hasPrefix(query))
    }
}
