// SPDX-License-Identifier: Apache-2.0

import Foundation
import Jira
import Markup
import NIOHTTP1
import Testing

@testable import Sandbox

/// A field of the standard site, by its name.
private func id(_ name: String) -> String {
    CustomField.standard.first { $0.name == name }?.id ?? "no field \(name)"
}

@Suite("A custom field of the sandbox")
struct CustomFieldTests {
    private static let ada: JSONValue = ["accountId": "5b10a2844c20165700ede002"]
    private static let bo: JSONValue = ["accountId": "5b10a2844c20165700ede003"]

    /// A value of each kind as it is sent, and what identifies it when it is read again.
    private static let values: [(field: String, sent: JSONValue, read: JSONValue)] = [
        ("Contract number", "C-17", "C-17"),
        ("Steps", document("Turn it on."), document("Turn it on.")),
        ("Hours lost", 1.5, 1.5),
        ("Severity", ["value": "High"], ["value": "High"]),
        ("Channels", [["value": "Mail"], ["value": "Portal"]], [["value": "Mail"], ["value": "Portal"]]),
        (
            "Place", ["value": "Berlin", "child": ["value": "Wedding"]],
            ["value": "Berlin", "child": ["value": "Wedding"]]
        ),
        ("Billable", ["value": "No"], ["value": "No"]),
        ("Checks", [["value": "Tested"]], [["value": "Tested"]]),
        ("Delivery", "2026-02-28", "2026-02-28"),
        ("Started at", "2026-01-31T12:30:00.000+0100", "2026-01-31T11:30:00.000+0000"),
        ("Account manager", ada, ada),
        ("Approvers", [ada, bo], [ada, bo]),
        ("Team", ["name": "board"], ["name": "board"]),
        (
            "Informed groups", [["name": "board"], ["name": "support-team"]],
            [["name": "board"], ["name": "support-team"]]
        ),
        ("Topics", ["heat", "paper"], ["heat", "paper"]),
        ("Page", "https://example.com/a?b=c", "https://example.com/a?b=c"),
        ("Other project", ["key": "OPS"], ["key": "OPS"]),
        ("Found in", ["name": "1.0"], ["name": "1.0"]),
        ("Also in", [["name": "1.0"], ["name": "2.0"]], [["name": "1.0"], ["name": "2.0"]]),
    ]

    /// What of a value the expected one names.
    private func part(_ value: JSONValue?, like wanted: JSONValue) -> JSONValue {
        switch (value, wanted) {
        case (.array(let elements), .array(let others)) where elements.count == others.count:
            .array(zip(elements, others).map { part($0, like: $1) })
        case (.object(let members), .object(let others)) where others["type"] != "doc":
            .object(others.reduce(into: [String: JSONValue]()) { $0[$1.key] = part(members[$1.key], like: $1.value) })
        default: value ?? .null
        }
    }

    private func versions(_ site: Site) async throws {
        for name in ["1.0", "2.0"] {
            _ = try await site.post("/rest/api/3/version", ["project": "HELP", "name": .string(name)])
        }
    }

    @Test("of each kind is set when an issue is made, read, found in the metadata, and cleared")
    func isSet() async throws {
        try await withSandbox { site, _ in
            try await versions(site)
            var given = fields("All of it")
            for value in Self.values { given[id(value.field)] = value.sent }
            let made = try await site.post("/rest/api/3/issue", ["fields": given])
            #expect(made.status == 201, "\(made.text)")
            let read = try await site.get("/rest/api/3/issue/HELP-1").json["fields"]
            for value in Self.values {
                #expect(part(read?[id(value.field)], like: value.read) == value.read, "\(value.field)")
            }
            #expect(Set(Self.values.map { id($0.field) }) == Set(CustomField.standard.map(\.id)))
            let empty = Self.values.map { (id($0.field), JSONValue.null) }
            let cleared = try await site.put("/rest/api/3/issue/HELP-1", ["fields": .members(empty)])
            #expect(cleared.status == 204, "\(cleared.text)")
            let after = try await site.get("/rest/api/3/issue/HELP-1").json["fields"]
            for value in Self.values { #expect(after?[id(value.field)] == .null, "\(value.field)") }
        }
    }

    @Test("of several paragraphs is wiki markup on v2, and a document on v3")
    func speaksBothDialects() async throws {
        try await withSandbox { site, _ in
            let key = try await site.issue()
            let set = try await site.put("/rest/api/2/issue/\(key)", ["fields": [id("Steps"): "Turn it *on*."]])
            #expect(set.status == 204, "\(set.text)")
            #expect(try await site.get("/rest/api/2/issue/\(key)").json["fields"]?[id("Steps")] == "Turn it *on*.")
            let document = try await site.get("/rest/api/3/issue/\(key)").json["fields"]?[id("Steps")]
            #expect(document?["type"] == "doc")
            let wrong = try await site.put("/rest/api/3/issue/\(key)", ["fields": [id("Steps"): "plain"]])
            #expect(
                wrong.refusals == [
                    "\(id("Steps")): Operation value must be an Atlassian Document (see the Atlassian Document Format)"
                ])
        }
    }

    @Test(
        "refuses what it cannot hold in Jira's words",
        arguments: [
            ("Contract number", "7", "Operation value must be a string"),
            ("Hours lost", "\"seven\"", "Operation value must be a number"),
            ("Severity", "\"High\"", "Specify a valid 'id' or 'name' for Severity"),
            ("Severity", "{\"value\":\"Worse\"}", "Option value 'Worse' is not valid"),
            ("Severity", "{\"id\":\"99\"}", "Option id '99' is not valid"),
            ("Channels", "{\"value\":\"Mail\"}", "data was not an array"),
            ("Channels", "[{\"value\":\"Pigeon\"}]", "Option value 'Pigeon' is not valid"),
            (
                "Place", "{\"value\":\"Oslo\",\"child\":{\"value\":\"Mitte\"}}",
                "Option value 'Mitte' is not valid"
            ),
            ("Place", "{\"value\":\"Mitte\"}", "Option value 'Mitte' is not valid"),
            ("Delivery", "\"tomorrow\"", "Error parsing date string: tomorrow"),
            ("Delivery", "\"2026-02-29\"", "Error parsing date string: 2026-02-29"),
            ("Started at", "\"2026-02-28\"", "Error parsing date string: 2026-02-28"),
            ("Account manager", "{\"accountId\":\"nobody\"}", "Specify a valid value for Account manager"),
            ("Approvers", "[{\"accountId\":\"nobody\"}]", "Specify a valid value for Approvers"),
            ("Team", "{\"name\":\"nobody\"}", "Specify a valid value for Team"),
            ("Topics", "[\"two words\"]", "The label 'two words' contains spaces which is invalid."),
            ("Page", "\"no address\"", "Not a valid URL"),
            ("Other project", "{\"key\":\"NOPE\"}", "Specify a valid value for Other project"),
            ("Found in", "{\"name\":\"9\"}", "Version name '9' is not valid"),
        ])
    func refuses(field: String, value: String, words: String) async throws {
        try await withSandbox { site, _ in
            var given = fields("Wrong")
            given[id(field)] = try JSONValue(parsing: Array(value.utf8))
            let reply = try await site.post("/rest/api/3/issue", ["fields": given])
            #expect(reply.status == 400)
            #expect(reply.refusals == ["\(id(field)): \(words)"])
        }
    }

    @Test("that no site has is refused as Jira does, and on Data Center an option in that one's words")
    func refusesUnknown() async throws {
        let words = "Field 'customfield_99999' cannot be set. It is not on the appropriate screen, or unknown."
        try await withSandbox { site, _ in
            var given = fields("Unknown")
            given["customfield_99999"] = "x"
            let reply = try await site.post("/rest/api/3/issue", ["fields": given])
            #expect(reply.refusals == ["customfield_99999: \(words)"])
        }
        try await withSandbox {
            $0.deployment = .dataCenter
        } _: { site, _ in
            var given = fields("Wrong")
            given["description"] = "text"
            given[id("Severity")] = "High"
            let reply = try await site.post("/rest/api/2/issue", ["fields": given])
            #expect(
                reply.refusals == [
                    "\(id("Severity")): Could not find valid 'id' or 'value' in the Parent Option object."
                ])
        }
    }

    @Test("is added to, taken from, and told of in the changelog of a webhook")
    func isUpdated() async throws {
        let receiver = Receiver()
        try await receiver.serve { url in
            try await withSandbox { site, _ in
                let key = try await site.issue()
                _ = try await site.post(
                    "/rest/webhooks/1.0/webhook", ["name": "m", "url": .string(url), "events": ["jira:issue_updated"]])
                func update(_ field: String, _ operations: JSONValue) async throws -> Reply {
                    try await site.put("/rest/api/3/issue/\(key)", ["update": [id(field): operations]])
                }
                let added = try await update("Channels", [["add": ["value": "Mail"]], ["add": ["value": "Phone"]]])
                #expect(added.status == 204, "\(added.text)")
                #expect(try await update("Channels", [["remove": ["value": "Mail"]]]).status == 204)
                let value = try await site.get("/rest/api/3/issue/\(key)").json["fields"]?[id("Channels")]
                #expect(value?.arrayValue?.map { $0["value"] } == ["Phone"])
                let wrong = try await update("Severity", [["add": ["value": "High"]]])
                #expect(wrong.refusals == ["\(id("Severity")): Field does not support update 'add'"])
                let events = await receiver.first(2)
                let item = try #require(events.last?.json["changelog"]?["items"]?[0])
                #expect(item["field"] == "Channels" && item["fieldtype"] == "custom")
                #expect(item["fieldId"] == .string(id("Channels")))
                #expect(item["fromString"] == "Mail, Phone" && item["toString"] == "Phone")
            }
        }
    }

    @Test(
        "is searched by its name and its number",
        arguments: [
            ("Severity = High", 1), ("cf[10033] in (Low, Medium)", 0), ("Severity is empty", 1),
            ("'Hours lost' > 1", 1), ("'Hours lost' >= 2", 0), ("'Contract number' ~ C-17", 1),
            ("'Delivery' <= '2026-02-28'", 1), ("'Account manager' = ada@example.com", 1), ("Topics = heat", 1),
            ("Place = Wedding", 1), ("resolution = Unresolved", 2), ("due is empty", 2),
        ])
    func isSearched(jql: String, count: Int) async throws {
        try await withSandbox { site, _ in
            try await versions(site)
            var given = fields("All of it")
            for value in Self.values { given[id(value.field)] = value.sent }
            _ = try await site.post("/rest/api/3/issue", ["fields": given])
            _ = try await site.issue("None of it")
            let reply = try await site.post("/rest/api/3/search/jql", ["jql": .string(jql)])
            #expect(reply.json["issues"]?.arrayValue?.count == count, "\(reply.text)")
        }
    }

    @Test("can be made by who rehearses")
    func isMade() async throws {
        try await withSandbox { site, _ in
            let made = try await site.post(
                "/sandbox/fields",
                ["name": "Floor", "kind": "cascading", "options": ["North: First, Second", "South"]])
            #expect(made.status == 201)
            #expect(made.json["id"] == "customfield_10049")
            var given = fields("A new field")
            given["customfield_10049"] = ["value": "North", "child": ["value": "Second"]]
            #expect(try await site.post("/rest/api/3/issue", ["fields": given]).status == 201)
            let read = try await site.get("/rest/api/3/issue/HELP-1").json["fields"]?["customfield_10049"]
            let option = try #require(read?["child"]?["id"]?.stringValue)
            #expect(try await site.get("/rest/api/3/customFieldOption/\(option)").json["value"] == "Second")
            let wrong: [(JSONValue, String)] = [
                (["name": "Floor", "kind": "text"], "name: A field has a name that no other has."),
                (["name": "X", "kind": "select"], "options: A field of this kind has options."),
                (["name": "X", "kind": "text", "options": ["a"]], "options: A field of this kind has no options."),
            ]
            for (body, words) in wrong {
                #expect(try await site.post("/sandbox/fields", body).refusals == [words])
            }
        }
    }
}

@Suite("The metadata of the sandbox")
struct MetadataTests {
    private let createmeta = "/rest/api/3/issue/createmeta/HELP/issuetypes/10001"

    private func fields(_ reply: Reply) -> [String: JSONValue] {
        let list = reply.json["fields"]?.arrayValue ?? []
        return Dictionary(list.compactMap { field in field["fieldId"]?.stringValue.map { ($0, field) } }) { $1 }
    }

    @Test("names each field with its schema, what it may be and what can be done with it")
    func describes() async throws {
        try await withSandbox { site, _ in
            _ = try await site.post("/rest/api/3/component", ["project": "HELP", "name": "Printers"])
            let all = fields(try await site.get(createmeta))
            #expect(all.count == 33)
            #expect(all["summary"]?["required"] == true)
            #expect(all["components"]?["allowedValues"]?[0]?["name"] == "Printers")
            #expect(all["security"]?["allowedValues"]?.arrayValue?.map { $0["name"] } == ["Staff", "Board"])
            let severity = try #require(all[id("Severity")])
            #expect(severity["allowedValues"]?.arrayValue?.map { $0["value"] } == ["Low", "Medium", "High"])
            #expect(severity["schema"]?["type"] == "option" && severity["schema"]?["customId"] == 10033)
            #expect(severity["schema"]?["custom"] == "com.atlassian.jira.plugin.system.customfieldtypes:select")
            #expect(severity["operations"] == ["set"])
            let place = all[id("Place")]?["allowedValues"]
            #expect(place?[0]?["children"]?.arrayValue?.map { $0["value"] } == ["Mitte", "Wedding"])
            #expect(all[id("Approvers")]?["schema"]?["items"] == "user")
            #expect(all[id("Approvers")]?["operations"] == ["add", "set", "remove"])
            let known = try await site.get("/rest/api/3/field").json.arrayValue ?? []
            #expect(known.contains { $0["id"] == .string(id("Severity")) && $0["custom"] == true })
        }
    }

    @Test("changes with the screens: what is not on one is refused, what is required is asked for")
    func followsScreens() async throws {
        try await withSandbox { site, _ in
            let set = try await site.put(
                "/sandbox/screens",
                [
                    "project": "HELP", "type": "Task", "create": ["description", "Severity", "Due date"],
                    "edit": ["summary", "Severity"], "required": ["Severity"],
                ])
            #expect(set.status == 200, "\(set.text)")
            let shown = fields(try await site.get(createmeta))
            #expect(
                shown.keys.sorted()
                    == [id("Severity"), "description", "duedate", "issuetype", "project", "summary"].sorted())
            #expect(shown[id("Severity")]?["required"] == true)
            var given = newIssue("Screened")
            given["labels"] = ["a"]
            let refused = try await site.post("/rest/api/3/issue", ["fields": given])
            #expect(
                refused.refusals == [
                    "\(id("Severity")): Severity is required.",
                    "labels: Field 'labels' cannot be set. It is not on the appropriate screen, or unknown.",
                ])
            given["labels"] = nil
            given[id("Severity")] = ["value": "Low"]
            #expect(try await site.post("/rest/api/3/issue", ["fields": given]).status == 201)
            let edit = try await site.get("/rest/api/3/issue/HELP-1/editmeta").json["fields"]?.objectValue ?? [:]
            #expect(edit.keys.sorted() == [id("Severity"), "issuetype", "summary"].sorted())
            let changed = try await site.put(
                "/rest/api/3/issue/HELP-1", ["fields": ["description": .null, id("Severity"): .null]])
            #expect(
                changed.refusals == [
                    "\(id("Severity")): Severity is required.",
                    "description: Field 'description' cannot be set. It is not on the appropriate screen, or unknown.",
                ])
            // Elsewhere all is as usual, and here too when the screens are taken away.
            #expect(try await site.issue("Not screened", project: "OPS") == "OPS-1")
            _ = try await site.put("/sandbox/screens", ["project": "HELP", "type": "Task"])
            #expect(fields(try await site.get(createmeta)).count == 33)
            let unknown = try await site.put("/sandbox/screens", ["required": ["Colour"]])
            #expect(
                unknown.refusals == ["required: There is no field 'Colour' that can be set. See /rest/api/3/field."])
        }
    }
}

private func newIssue(_ summary: String) -> JSONValue { fields(summary) }
