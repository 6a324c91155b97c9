// SPDX-License-Identifier: Apache-2.0

import Foundation
import Markup
import NIOHTTP1
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

    private func hand(_ site: Site, _ words: String, _ name: String, desk: String = "10002") async throws -> Reply {
        let text =
            "--b0undary\r\nContent-Disposition: form-data; name=\"file\"; filename=\"\(name)\"\r\n"
            + "Content-Type: text/plain\r\n\r\n\(words)\r\n--b0undary--\r\n"
        return try await site.send(
            .POST, "\(api)/servicedesk/\(desk)/attachTemporaryFile", bytes: Array(text.utf8),
            headers: [("Content-Type", "multipart/form-data; boundary=b0undary"), ("X-Atlassian-Token", "no-check")])
    }

    @Test("takes files first and attaches them to a request afterwards, once, with a comment")
    func takesFiles() async throws {
        try await withDesk { site in
            let key = try await request(site)
            let taken = try await hand(site, "hinge", "h.txt")
            #expect(taken.status == 201, "\(taken.text)")
            #expect(taken.json["temporaryAttachments"]?[0]?["fileName"] == "h.txt")
            let id = try #require(taken.json["temporaryAttachments"]?[0]?["temporaryAttachmentId"])
            #expect(try await site.get("\(api)/request/\(key)/attachment").json["size"] == 0)
            let body: JSONValue = [
                "temporaryAttachmentIds": [id], "public": false, "additionalComment": ["body": "The hinge."],
            ]
            let made = try await site.post("\(api)/request/\(key)/attachment", body)
            #expect(made.status == 201, "\(made.text)")
            #expect(made.json["comment"]?["body"] == "The hinge.\n\n[^h.txt]")
            #expect(made.json["comment"]?["public"] == false)
            #expect(made.json["attachments"]?["values"]?[0]?["filename"] == "h.txt")
            let content = try #require(made.json["attachments"]?["values"]?[0]?["_links"]?["content"]?.stringValue)
            let bytes = try await site.get("\(content.dropFirst(site.base.count))?redirect=false")
            #expect(bytes.text == "hinge")
            #expect(try await site.get("\(api)/request/\(key)/attachment").json["values"]?[0]?["size"] == 5)
            let again = try await site.post("\(api)/request/\(key)/attachment", body)
            #expect(again.status == 400)
            #expect(
                again.json["errorMessage"]
                    == "A temporary attachment does not exist, or is of another service desk.")
            let none = try await site.post("\(api)/request/\(key)/attachment", ["temporaryAttachmentIds": []])
            #expect(none.status == 400)
            #expect(try await hand(site, "hinge", "h.txt", desk: "10000").status == 404)
        }
    }

    @Test("lets a customer's request go where nothing is asked for, and says where it stands")
    func lets() async throws {
        try await withDesk { site in
            let made = try await site.post(
                "\(api)/request",
                ["serviceDeskId": "10002", "requestTypeId": "3", "requestFieldValues": ["summary": "No light"]])
            let key = try #require(made.json["issueKey"]?.stringValue)
            let ways = try await site.get("\(api)/request/\(key)/transition").json["values"]?.arrayValue
            #expect(ways?.map { $0["name"] } == ["Start work", "Respond to customer", "Cancel request"])
            let path = "\(api)/request/\(key)/transition"
            let done = try await site.post(path, ["id": "251", "additionalComment": ["body": "It is light."]])
            #expect(done.status == 204)
            let status = try await site.get("\(api)/request/\(key)/status").json["values"]
            #expect(status?[0]?["status"] == "Canceled" && status?[0]?["statusCategory"] == "DONE")
            let said = try await site.get("\(api)/request/\(key)/comment").json["values"]
            #expect(said?[0]?["body"] == "It is light." && said?[0]?["public"] == true)
            let refused = try await site.post(path, ["id": "251"])
            #expect(refused.json["errorMessage"] == "The transition is not valid for this request.")
        }
    }

    @Test("measures how soon somebody answers and how soon it is done")
    func measures() async throws {
        let clock = Clock()
        try await withSandbox {
            $0.projects.append(.init(key: "DESK", name: "Desk", isServiceProject: true))
            $0.now = { clock.now }
        } _: { site, _ in
            let key = try await request(site)
            clock.advance(5400)
            _ = try await site.post("/sandbox/comments", ["as": "Bo Lindqvist", "issue": .string(key), "body": "Yes?"])
            clock.advance(23 * 3600)
            let values = try await site.get("\(api)/request/\(key)/sla").json["values"]
            #expect(values?.arrayValue?.map { $0["name"] } == ["Time to first response", "Time to resolution"])
            let first = values?[0]?["completedCycles"]?[0]
            #expect(first?["breached"] == false && first?["elapsedTime"]?["friendly"] == "1h 30m")
            let second = values?[1]?["ongoingCycle"]
            #expect(second?["breached"] == true && second?["remainingTime"]?["friendly"] == "-0h 30m")
            #expect(second?["remainingTime"]?["millis"] == -1_800_000)
            _ = try await site.post("/rest/api/3/issue/\(key)/transitions", ["transition": ["id": "31"]])
            let done = try await site.get("\(api)/request/\(key)/sla/2").json
            #expect(done["ongoingCycle"] == nil && done["completedCycles"]?[0]?["breached"] == true)
            #expect(try await site.get("\(api)/request/\(key)/sla/3").status == 404)
        }
    }

    @Test("takes no more text in a request, or a comment on one, than Jira does elsewhere, and changes nothing then")
    func takesSoMuch() async throws {
        try await withDesk { site in
            let key = try await request(site)
            let file = try #require(
                try await hand(site, "hinge", "h.txt").json["temporaryAttachments"]?[0]?["temporaryAttachmentId"])
            func body(_ count: Int) -> JSONValue { ["body": .string(String(repeating: "d", count: count))] }
            // A comment names the files behind what it says: here in ten characters.
            let asked: [(path: String, most: Int, body: (Int) -> JSONValue)] = [
                ("comment", 32_767, { body($0) }),
                ("transition", 32_767, { ["id": "31", "additionalComment": body($0)] }),
                ("attachment", 32_757, { ["temporaryAttachmentIds": [file], "additionalComment": body($0)] }),
            ]
            for (path, most, body) in asked {
                let refused = try await site.post("\(api)/request/\(key)/\(path)", body(most + 1))
                #expect(refused.status == 400, "\(path)")
                #expect(
                    refused.json == [
                        "errorMessage":
                            "The entered text is too long. It exceeds the allowed limit of 32,767 characters."
                    ], "\(path)")
            }
            let issue = try await site.get("/rest/api/2/issue/\(key)").json["fields"]
            #expect(issue?["comment"]?["total"] == 0 && issue?["attachment"] == [])
            #expect(issue?["status"]?["name"] == "To Do")
            for (path, most, body) in asked {
                let taken = try await site.post("\(api)/request/\(key)/\(path)", body(most))
                #expect([201, 204].contains(taken.status), "\(path): \(taken.text)")
            }
            #expect(try await site.get("/rest/api/2/issue/\(key)/comment").json["total"] == 3)
            _ = try await site.put("/sandbox/screens", ["textLimit": 1000])
            let long = try await site.post("\(api)/request/\(key)/comment", body(1001))
            #expect(
                long.json["errorMessage"]
                    == "The entered text is too long. It exceeds the allowed limit of 1,000 characters.")
            let made = try await site.post(
                "\(api)/request",
                [
                    "serviceDeskId": "10002", "requestTypeId": "1",
                    "requestFieldValues": ["summary": "Long", "description": body(1001)["body"] ?? .null],
                ])
            #expect(made.status == 400 && made.json == long.json)
        }
    }

    @Test("refuses in its own shape what it does not have")
    func refuses() async throws {
        try await withDesk { site in
            let key = try await site.issue()
            let other = try await site.get("\(api)/request/\(key)")
            #expect(other.status == 404)
            #expect(
                try await site.get("\(api)/request/HELP-99").json == [
                    "errorMessage": "Issue does not exist or you do not have permission to see it."
                ])
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
