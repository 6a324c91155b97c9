// SPDX-License-Identifier: Apache-2.0

import Markup
import Testing

@testable import Sandbox

@Suite("The stand-in service desk")
struct ServiceDeskTests {
    private let api = "/rest/servicedeskapi"

    private func withDesk(_ body: (Site) async throws -> Void) async throws {
        try await withSandbox {
            $0.projects.append(.init(key: "DESK", name: "Desk", isServiceProject: true))
        } _: { site, _ in
            try await body(site)
        }
    }

    private func request(_ site: Site) async throws -> String {
        let reply = try await site.post(
            "\(api)/request",
            ["serviceDeskId": "10002", "requestTypeId": "1", "requestFieldValues": ["summary": "The roof leaks"]])
        return try #require(reply.json["issueKey"]?.stringValue, "\(reply.text)")
    }

    @Test("is there for service projects alone, and pages its lists")
    func isThere() async throws {
        try await withDesk { site in
            let desks = try await site.get("\(api)/servicedesk").json
            #expect(desks["values"]?.arrayValue?.map { $0["projectKey"] } == ["DESK"])
            let types = try await site.get("\(api)/servicedesk/10002/requesttype?start=1&limit=1").json
            #expect(types["values"]?.arrayValue?.count == 1 && types["isLastPage"] == false && types["start"] == 1)
            let none = try await site.get("\(api)/servicedesk/10000/requesttype")
            #expect(none.status == 404 && none.json["errorMessage"] == "Service Desk does not exist.")
        }
    }

    @Test("tells what a request asks for")
    func tellsFields() async throws {
        try await withDesk { site in
            let asked = try await site.get("\(api)/servicedesk/10002/requesttype/1/field").json
            let fields = asked["requestTypeFields"]?.arrayValue ?? []
            #expect(fields.first?["fieldId"] == "summary" && fields.first?["required"] == true)
            let place = fields.first { $0["name"] == "Place" }
            #expect(place?["validValues"]?[0]?["label"] == "Berlin")
            #expect(place?["validValues"]?[0]?["children"]?[1]?["label"] == "Wedding")
            #expect(place?["jiraSchema"]?["type"] == "option-with-child")
            #expect(!fields.contains { $0["fieldId"] == "reporter" })
            let none = try await site.get("\(api)/servicedesk/10002/requesttype/99/field")
            #expect(none.status == 404 && none.json["errorMessage"] == "The request type does not exist.")
        }
    }

    @Test("makes requests in the name of a customer, which are issues too")
    func makesRequests() async throws {
        try await withDesk { site in
            let cora = try await site.post("\(api)/customer", ["displayName": "Cora", "email": "cora@x.example"])
            #expect(cora.status == 201)
            let id = cora.json["accountId"] ?? .null
            let made = try await site.post(
                "\(api)/request",
                [
                    "serviceDeskId": "10002", "requestTypeId": "1", "raiseOnBehalfOf": id,
                    "requestFieldValues": ["summary": "The roof leaks", "description": "It *drips*."],
                ])
            #expect(made.status == 201 && made.json["reporter"]?["accountId"] == id)
            let issue = try await site.get("/rest/api/2/issue/DESK-1").json["fields"]
            #expect(issue?["reporter"]?["accountId"] == id && issue?["description"] == "It *drips*.")
            #expect(issue?["reporter"]?["accountType"] == "customer")
        }
    }

    @Test("keeps internal comments from the lists for customers, and says which is which")
    func keepsInternal() async throws {
        try await withDesk { site in
            let key = try await request(site)
            _ = try await site.post("\(api)/request/\(key)/comment", ["body": "We come.", "public": true])
            _ = try await site.post("\(api)/request/\(key)/comment", ["body": "The ladder.", "public": false])
            let open = try await site.get("\(api)/request/\(key)/comment?internal=false").json
            #expect(open["values"]?.arrayValue?.map { $0["body"] } == ["We come."])
            let all = try await site.get("/rest/api/2/issue/\(key)/comment").json["comments"]?.arrayValue
            #expect(all?.map { $0["jsdPublic"] } == [true, false])
        }
    }

    @Test("refuses in its own shape what it does not have")
    func refuses() async throws {
        try await withDesk { site in
            let key = try await site.issue()
            let other = try await site.get("\(api)/request/\(key)")
            #expect(other.status == 404)
            let taken = try await site.post(
                "\(api)/customer?strictConflictStatusCode=true", ["email": "ada@example.com", "displayName": "Ada"])
            #expect(taken.status == 409)
            #expect(taken.json["errorMessage"] == "An account already exists for this email.")
            let nobody = try await site.post(
                "\(api)/request/\(try await request(site))/participant", ["accountIds": ["x"]])
            #expect(nobody.status == 400 && nobody.json["errorMessage"] == "The user does not exist.")
            let empty = try await site.post("\(api)/organization", ["name": ""])
            #expect(empty.json["errorMessage"] == "The organization name cannot be empty.")
        }
    }
}
