// SPDX-License-Identifier: Apache-2.0

public import Markup

// Jira Service Management on Cloud. Each operation is named by its place below /rest/servicedeskapi.

private func desk(_ segments: String...) -> [String] {
    ["rest", "servicedeskapi"] + segments
}

private func page(_ start: Int) -> [Request.QueryItem] {
    .items(("start", String(start)), ("limit", "50"))
}

private func listed(_ accounts: [AccountID]) -> JSONValue {
    ["accountIds": .array(accounts.map { .string($0.rawValue) })]
}

extension Read where Answer == String {
    /// The version of Jira Service Management; a site without it does not have the path.
    ///
    /// Jira: GET /info
    public static var serviceManagementVersion: Self {
        Read(
            { _ in Request(.get, desk("info")) },
            { (place) throws(Unreadable) in try place.required("version").string() })
    }
}

extension Read where Answer == Page<ServiceDesk> {
    /// Jira: GET /servicedesk
    public static func serviceDesks(start: Int = 0) -> Self {
        Read(
            { _ in Request(.get, desk("servicedesk"), query: page(start)) },
            { (place) throws(Unreadable) in try Page(at: place, list: "values") })
    }
}

extension Read where Answer == Page<RequestType> {
    /// Jira: GET /servicedesk/{serviceDeskId}/requesttype
    public static func requestTypes(of id: ServiceDesk.ID, start: Int = 0) -> Self {
        Read(
            { _ in Request(.get, desk("servicedesk", id.rawValue, "requesttype"), query: page(start)) },
            { (place) throws(Unreadable) in try Page(at: place, list: "values") })
    }
}

extension Read where Answer == Page<Organization> {
    /// Those that the caller sees, or those of one customer.
    ///
    /// Jira: GET /organization
    public static func organizations(of customer: AccountID? = nil, start: Int = 0) -> Self {
        let whose: [Request.QueryItem] = .items(("accountId", customer?.rawValue))
        return Read(
            { _ in Request(.get, desk("organization"), query: page(start) + whose) },
            { (place) throws(Unreadable) in try Page(at: place, list: "values") })
    }
}

extension Read where Answer == CustomerRequest {
    /// Jira: GET /request/{issueIdOrKey}
    public static func customerRequest(_ issue: IssueReference) -> Self {
        Read({ _ in Request(.get, desk("request", issue.pathSegment)) }, CustomerRequest.init(at:))
    }
}

extension Read where Answer == Page<Account> {
    /// Jira: GET /request/{issueIdOrKey}/participant
    public static func participants(of issue: IssueReference, start: Int = 0) -> Self {
        Read(
            { _ in Request(.get, desk("request", issue.pathSegment, "participant"), query: page(start)) },
            { (place) throws(Unreadable) in try Page(at: place, list: "values") })
    }

    /// Jira: GET /organization/{organizationId}/user
    public static func members(of organization: Organization.ID, start: Int = 0) -> Self {
        Read(
            { _ in Request(.get, desk("organization", organization.rawValue, "user"), query: page(start)) },
            { (place) throws(Unreadable) in try Page(at: place, list: "values") })
    }
}

extension Read where Answer == Page<RequestComment> {
    /// Jira: GET /request/{issueIdOrKey}/comment
    public static func requestComments(of issue: IssueReference, start: Int = 0) -> Self {
        Read(
            { _ in Request(.get, desk("request", issue.pathSegment, "comment"), query: page(start)) },
            { (place) throws(Unreadable) in try Page(at: place, list: "values") })
    }
}

extension Write where Answer == Account {
    /// Makes a customer's account. One with this address that is there already is a conflict.
    ///
    /// Jira: POST /customer
    public static func createCustomer(_ displayName: String, emailAddress: String) -> Self {
        let body: JSONValue = ["displayName": .string(displayName), "email": .string(emailAddress)]
        return Write(
            { _ in
                Request(.post, desk("customer"), query: .items(("strictConflictStatusCode", "true")), body: body)
            }, Account.init(at:))
    }
}

extension Write where Answer == Organization {
    /// Jira: POST /organization
    public static func createOrganization(_ name: String) -> Self {
        Write(
            { _ in Request(.post, desk("organization"), body: ["name": .string(name)]) }, Organization.init(at:))
    }
}

extension Write where Answer == CustomerRequest {
    /// - Parameters:
    ///   - fields: By field id; texts are wiki markup.
    ///   - customer: Whose request it is, though another account makes it.
    ///
    /// Jira: POST /request
    public static func createRequest(
        _ type: RequestType.ID, of serviceDesk: ServiceDesk.ID, fields: [String: JSONValue],
        onBehalfOf customer: AccountID? = nil, participants: [AccountID] = []
    ) -> Self {
        var body: JSONValue = [
            "serviceDeskId": .string(serviceDesk.rawValue), "requestTypeId": .string(type.rawValue),
            "requestFieldValues": .object(fields),
        ]
        if let customer { body["raiseOnBehalfOf"] = .string(customer.rawValue) }
        if !participants.isEmpty {
            body["requestParticipants"] = .array(participants.map { .string($0.rawValue) })
        }
        return Write({ [body] _ in Request(.post, desk("request"), body: body) }, CustomerRequest.init(at:))
    }
}

extension Write where Answer == RequestComment {
    /// - Parameter text: Wiki markup.
    ///
    /// Jira: POST /request/{issueIdOrKey}/comment
    public static func addComment(
        _ text: String, toRequest issue: IssueReference, for audience: RequestAudience
    ) -> Self {
        let body: JSONValue = ["body": .string(text), "public": .bool(audience == .everybody)]
        return Write(
            { _ in Request(.post, desk("request", issue.pathSegment, "comment"), body: body) },
            RequestComment.init(at:))
    }
}

extension Write where Answer == Void {
    /// Jira: POST /servicedesk/{serviceDeskId}/customer
    public static func addCustomers(_ customers: [AccountID], to id: ServiceDesk.ID) -> Self {
        Write { _ in Request(.post, desk("servicedesk", id.rawValue, "customer"), body: listed(customers)) }
    }

    /// Jira: POST /request/{issueIdOrKey}/participant
    public static func addParticipants(_ people: [AccountID], to issue: IssueReference) -> Self {
        Write { _ in Request(.post, desk("request", issue.pathSegment, "participant"), body: listed(people)) }
    }

    /// Jira: POST /organization/{organizationId}/user
    public static func addMembers(_ customers: [AccountID], to organization: Organization.ID) -> Self {
        Write { _ in Request(.post, desk("organization", organization.rawValue, "user"), body: listed(customers)) }
    }

    /// Jira: POST /servicedesk/{serviceDeskId}/organization
    public static func addOrganization(_ organization: Organization.ID, to id: ServiceDesk.ID) -> Self {
        let body: JSONValue = ["organizationId": .integer(organization.number)]
        return Write { _ in Request(.post, desk("servicedesk", id.rawValue, "organization"), body: body) }
    }
}
