// SPDX-License-Identifier: Apache-2.0

/// What a service project has beside its issues.
struct ServiceDeskState: Sendable {
    struct Organization: Codable, Equatable, Sendable {
        let id: Int
        let name: String
        var members: [String] = []
    }

    /// What makes an issue a customer's request.
    struct CustomerRequest: Codable, Equatable, Sendable {
        let type: IssueType
        var participants: [String]
    }

    /// Who belongs to which desk.
    struct Circles: Codable, Equatable, Sendable {
        /// By the desk's id, which is its project's.
        var customers: [Int: Set<String>] = [:]
        var desksOfOrganization: [Int: Set<Int>] = [:]
    }

    var organizations: [Organization] = []
    var circles = Circles()
    /// By the issue's id.
    var requests: [String: CustomerRequest] = [:]
}

/// What the sandbox offers under /rest/servicedeskapi.
let serviceDeskEndpoints: [Endpoint] = [
    Endpoint("GET", "info") { try $0.serviceManagementInfo($1) },
    Endpoint("GET", "servicedesk") { try $0.listDesks($1) },
    Endpoint("GET", "servicedesk/{desk}/requesttype") { try $0.listRequestTypes($1) },
    Endpoint("GET", "servicedesk/{desk}/requesttype/{type}/field") { try $0.listRequestFields($1) },
    Endpoint("POST", "servicedesk/{desk}/customer") { try $0.addDeskCustomers($1) },
    Endpoint("POST", "servicedesk/{desk}/organization") { try $0.addDeskOrganization($1) },
    Endpoint("POST", "customer") { try $0.createCustomer($1) },
    Endpoint("GET", "organization") { try $0.listOrganizations($1) },
    Endpoint("POST", "organization") { try $0.createOrganization($1) },
    Endpoint("GET", "organization/{id}/user") { try $0.listMembers($1) },
    Endpoint("POST", "organization/{id}/user") { try $0.addMembers($1) },
    Endpoint("POST", "request") { try $0.createRequest($1) },
    Endpoint("GET", "request/{key}") { try $0.readRequest($1) },
    Endpoint("GET", "request/{key}/participant") { try $0.listParticipants($1) },
    Endpoint("POST", "request/{key}/participant") { try $0.addParticipants($1) },
    Endpoint("GET", "request/{key}/comment") { try $0.listRequestComments($1) },
    Endpoint("POST", "request/{key}/comment") { try $0.addRequestComment($1) },
]
