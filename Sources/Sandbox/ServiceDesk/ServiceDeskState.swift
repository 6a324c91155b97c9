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

    /// A file that waits for the request that it belongs to. In memory alone: Jira keeps it for an hour or so.
    struct WaitingFile: Sendable {
        let desk: Int
        let upload: Upload
    }

    var waiting: [String: WaitingFile] = [:]
    var organizations: [Organization] = []
    var circles = Circles()
    /// By the issue's id.
    var requests: [String: CustomerRequest] = [:]

    /// Organizations stay: they are the site's.
    mutating func forget(desk: Int) {
        waiting = waiting.filter { $0.value.desk != desk }
        circles.customers[desk] = nil
        circles.desksOfOrganization = circles.desksOfOrganization.mapValues { $0.subtracting([desk]) }
    }
}

/// What the sandbox offers under /rest/servicedeskapi.
let serviceDeskEndpoints: [Endpoint] = [
    Endpoint("GET", "info") { try $0.serviceManagementInfo($1) },
    Endpoint("GET", "servicedesk") { try $0.listDesks($1) },
    Endpoint("GET", "servicedesk/{desk}") { try $0.readDesk($1) },
    Endpoint("GET", "servicedesk/{desk}/requesttype") { try $0.listRequestTypes($1) },
    Endpoint("GET", "servicedesk/{desk}/requesttype/{type}") { try $0.readRequestType($1) },
    Endpoint("GET", "servicedesk/{desk}/requesttype/{type}/field") { try $0.listRequestFields($1) },
    Endpoint("POST", "servicedesk/{desk}/attachTemporaryFile", .files) { try $0.takeFiles($1) },
    Endpoint("GET", "servicedesk/{desk}/customer") { try $0.listDeskCustomers($1) },
    Endpoint("POST", "servicedesk/{desk}/customer") { try $0.addDeskCustomers($1) },
    Endpoint("POST", "servicedesk/{desk}/organization") { try $0.addDeskOrganization($1) },
    Endpoint("POST", "customer") { try $0.createCustomer($1) },
    Endpoint("GET", "organization") { try $0.listOrganizations($1) },
    Endpoint("POST", "organization") { try $0.createOrganization($1) },
    Endpoint("GET", "organization/{id}") { try $0.readOrganization($1) },
    Endpoint("GET", "organization/{id}/user") { try $0.listMembers($1) },
    Endpoint("POST", "organization/{id}/user") { try $0.addMembers($1) },
    Endpoint("POST", "request") { try $0.createRequest($1) },
    Endpoint("GET", "request/{key}") { try $0.readRequest($1) },
    Endpoint("GET", "request/{key}/participant") { try $0.listParticipants($1) },
    Endpoint("POST", "request/{key}/participant") { try $0.addParticipants($1) },
    Endpoint("GET", "request/{key}/comment") { try $0.listRequestComments($1) },
    Endpoint("POST", "request/{key}/comment") { try $0.addRequestComment($1) },
    Endpoint("GET", "request/{key}/comment/{id}") { try $0.readRequestComment($1) },
    Endpoint("GET", "request/{key}/attachment") { try $0.listRequestFiles($1) },
    Endpoint("POST", "request/{key}/attachment") { try $0.addRequestFiles($1) },
    Endpoint("GET", "request/{key}/transition") { try $0.listRequestTransitions($1) },
    Endpoint("POST", "request/{key}/transition") { try $0.performRequestTransition($1) },
    Endpoint("GET", "request/{key}/status") { try $0.readRequestStatus($1) },
    Endpoint("GET", "request/{key}/sla") { try $0.listAgreements($1) },
    Endpoint("GET", "request/{key}/sla/{id}") { try $0.readAgreement($1) },
]
