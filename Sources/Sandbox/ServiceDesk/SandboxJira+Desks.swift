// SPDX-License-Identifier: Apache-2.0

import Markup

/// Desks, customers and organizations.
extension SandboxJira {
    func serviceManagementInfo(_ call: Call) throws -> Answer {
        Answer(
            200,
            [
                "version": "5.16.0-SANDBOX", "platformVersion": "1001.0.0-SANDBOX", "buildChangeSet": "sandbox",
                "buildDate": date(started), "isLicensedForUse": true,
                "_links": ["self": .string("\(site)/rest/servicedeskapi/info")],
            ])
    }

    private var desks: [Project] { projects.filter(\.isServiceProject) }

    func desk(_ reference: String) throws -> Project {
        guard let desk = desks.first(where: { String($0.id) == reference || $0.key == reference }) else {
            throw JiraRefusal.failure(404, "Service Desk does not exist.")
        }
        return desk
    }

    func listDesks(_ call: Call) throws -> Answer {
        Answer(200, try page(desks, call, deskShape))
    }

    func readDesk(_ call: Call) throws -> Answer {
        Answer(200, deskShape(of: try desk(call[parameter: "desk"])))
    }

    func listRequestTypes(_ call: Call) throws -> Answer {
        let desk = try desk(call[parameter: "desk"])
        return Answer(200, try page(IssueType.whole, call) { deskShape(of: $0, in: desk) })
    }

    func readRequestType(_ call: Call) throws -> Answer {
        let desk = try desk(call[parameter: "desk"])
        return Answer(200, deskShape(of: try requestType(call), in: desk))
    }

    private func requestType(_ call: Call) throws -> IssueType {
        guard let type = IssueType.whole.first(where: { requestTypeID($0) == call[parameter: "type"] }) else {
            throw JiraRefusal.failure(404, "The request type does not exist.")
        }
        return type
    }

    /// Jira: GET /servicedesk/{serviceDeskId}/requesttype/{requestTypeId}/field. What the create screen has, but for what a
    /// customer is not asked.
    func listRequestFields(_ call: Call) throws -> Answer {
        let desk = try desk(call[parameter: "desk"])
        let type = try requestType(call)
        let form = createForm(desk.id, type)
        let asked = form.fields.filter {
            form.screen.contains($0.id) && !["project", "issuetype", "reporter", "security"].contains($0.id)
        }
        return Answer(
            200,
            [
                "requestTypeFields": .array(asked.map { deskShape(of: $0, on: form) }), "canRaiseOnBehalfOf": true,
                "canAddRequestParticipants": true,
            ])
    }

    func requestTypeID(_ type: IssueType) -> String { String(type.id - 10000) }

    /// Jira: POST /customer
    func createCustomer(_ call: Call) throws -> Answer {
        let body = try call.object()
        guard let address = body["email"]?.stringValue, address.contains("@") else {
            throw JiraRefusal.failure(400, "The email address is not valid.")
        }
        guard !people.contains(where: { $0.emailAddress.lowercased() == address.lowercased() }) else {
            let status = call.query("strictConflictStatusCode") == "true" ? 409 : 400
            throw JiraRefusal.failure(status, "An account already exists for this email.")
        }
        let name = body["displayName"]?.stringValue ?? body["fullName"]?.stringValue ?? address
        var person = Person(
            accountID: Person.accountID(people.count + 1, on: settings.deployment), displayName: name,
            emailAddress: address, showsEmailAddress: true)
        person.isCustomer = true
        people.append(person)
        return Answer(201, deskShape(of: person))
    }

    /// Whoever was added, or belongs to an organization that was.
    func listDeskCustomers(_ call: Call) throws -> Answer {
        let desk = try desk(call[parameter: "desk"])
        let added = deskState.circles.customers[desk.id] ?? []
        let organizations = deskState.organizations.filter {
            deskState.circles.desksOfOrganization[$0.id]?.contains(desk.id) ?? false
        }
        let all = added.union(organizations.flatMap(\.members))
        let query = call.query("query") ?? ""
        let found = people.filter { all.contains($0.accountID) && $0.matches(query) }
        return Answer(200, try page(found, call, deskShape))
    }

    func addDeskCustomers(_ call: Call) throws -> Answer {
        let desk = try desk(call[parameter: "desk"])
        deskState.circles.customers[desk.id, default: []].formUnion(try accounts(call))
        return .noContent
    }

    func addDeskOrganization(_ call: Call) throws -> Answer {
        let desk = try desk(call[parameter: "desk"])
        let given = try call.object()["organizationId"]
        // A client of Python sends it as it came, in quotes.
        let id = try organization(given?.stringValue ?? given?.integerValue.map(String.init) ?? "").id
        deskState.circles.desksOfOrganization[id, default: []].insert(desk.id)
        return .noContent
    }

    func listOrganizations(_ call: Call) throws -> Answer {
        let member = call.query("accountId")
        let found = deskState.organizations.filter { member == nil || $0.members.contains(member!) }
        return Answer(200, try page(found, call, deskShape))
    }

    func createOrganization(_ call: Call) throws -> Answer {
        guard let name = try call.object()["name"]?.stringValue, !name.isEmpty else {
            throw JiraRefusal.failure(400, "The organization name cannot be empty.")
        }
        let made = ServiceDeskState.Organization(id: sequence.next(.organization), name: name)
        deskState.organizations.append(made)
        return Answer(201, deskShape(of: made))
    }

    func readOrganization(_ call: Call) throws -> Answer {
        Answer(200, deskShape(of: try organization(call[parameter: "id"])))
    }

    func listMembers(_ call: Call) throws -> Answer {
        let people = try organization(call[parameter: "id"]).members.compactMap(person)
        return Answer(200, try page(people, call, deskShape))
    }

    func addMembers(_ call: Call) throws -> Answer {
        let id = try organization(call[parameter: "id"]).id
        let added = try accounts(call)
        let index = deskState.organizations.firstIndex { $0.id == id }!
        for account in added where !deskState.organizations[index].members.contains(account) {
            deskState.organizations[index].members.append(account)
        }
        return .noContent
    }

    private func organization(_ reference: String) throws -> ServiceDeskState.Organization {
        guard let found = deskState.organizations.first(where: { String($0.id) == reference }) else {
            throw JiraRefusal.failure(404, "The organization does not exist.")
        }
        return found
    }

    /// The `accountIds` of a request, all of people who are there.
    func accounts(_ call: Call) throws -> [String] {
        try (call.object()["accountIds"]?.arrayValue ?? []).map { try account($0.stringValue) }
    }

    func account(_ id: String?) throws -> String {
        guard let id, person(id) != nil else { throw JiraRefusal.failure(400, "The user does not exist.") }
        return id
    }
}
