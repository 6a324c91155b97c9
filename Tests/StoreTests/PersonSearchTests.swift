// SPDX-License-Identifier: Apache-2.0

import Foundation
import LocalServers
import Planning
import Testing
import Vault

@testable import Store

@Suite("A person's name in mail")
struct PersonInMailTests {
    private static func base64(_ text: some Sequence<UInt8>) -> String {
        Data(text).base64EncodedString(options: [
            .lineLength76Characters, .endLineWithCarriageReturn, .endLineWithLineFeed,
        ])
    }

    private static func letter(_ fields: String, _ body: String) -> String {
        "From: x@example.com\r\nMIME-Version: 1.0\r\n\(fields)\r\n\r\n\(body)\r\n"
    }

    private static func part(_ type: String, _ encoding: String, _ body: String) -> String {
        letter("Content-Type: \(type)\r\nContent-Transfer-Encoding: \(encoding)", body)
    }

    private static let inner = letter("Content-Type: text/plain", "Write to anna@example.org, please.")
    /// None of these has the address as it is written.
    static let letters = [
        part("text/plain", "base64", base64("Hello <anna@example.org>, hello".utf8)),
        part("text/html; charset=utf-8", "quoted-printable", "<p>Hello anna=\r\n@example.=6Frg</p>"),
        part(
            "text/plain; charset=utf-16le", "base64", base64("Hello anna@example.org".data(using: .utf16LittleEndian)!)),
        part("text/csv; name=a.csv", "base64", base64("1;2;3\r\nanna@example.org;4;5".utf8)),
        part(
            "application/octet-stream", "base64", base64(Data([0, 1, 10]) + Data("anna@example.org".utf8) + Data([0]))),
        letter("Subject: =?utf-8?q?For_anna=40example=2Eorg?=", "Hello"),
        letter(
            "Subject: =?utf-8?b?\(Data("For anna@exam".utf8).base64EncodedString())?=\r\n =?utf-8?q?ple=2Eorg?=",
            "Hello"),
        part("message/rfc822", "base64", base64(inner.utf8)),
        part("message/rfc822", "base64", base64(part("text/plain", "base64", base64("to anna@example.org".utf8)).utf8)),
        letter(
            "Content-Type: multipart/mixed; boundary=b",
            "--b\r\nContent-Type: text/plain\r\n\r\nHello\r\n--b\r\nContent-Transfer-Encoding: base64\r\n\r\n"
                + base64("anna@example.org".utf8) + "\r\n--b--"),
        letter("Content-Type: text/plain", "begin 644 a.txt\r\n186YN84!E>&%M<&QE+F]R9PH`\r\n`\r\nend"),
    ]

    @Test("is found where it is encoded, and that of somebody else is not", arguments: letters.indices)
    func encoded(_ index: Int) {
        let text = Self.letters[index]
        #expect(!PersonSearch.finds(.address("anna@example.org"), in: .mail, text.utf8))
        #expect(LetterSearch.finds(.address("Anna@example.org"), in: Array(text.utf8)), "\(text)")
        #expect(!LetterSearch.finds(.address("nna@example.org"), in: Array(text.utf8)))
        #expect(!LetterSearch.finds(.address("anna@example.or"), in: Array(text.utf8)))
    }

    @Test(
        "is found in a letter, a sent mail and a case that are encoded, and erased", arguments: DatabaseEngine.available
    )
    func erased(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let (_, tenant) = try await place.begin()
        let hers = try await tenant.keep(Self.letters[0])
        let his = try await tenant.keep(
            Self.letters[0].replacing(Self.base64("Hello <anna@example.org>, hello".utf8), with: ""))
        for id in [hers, his] { try await tenant.write(.planned(id, Data()), .finished(entry(id))) }
        try await tenant.hold(.sent, "1", Data(Self.letters[1].utf8), at: noon)
        try await tenant.hold(.case, "1", Data(Self.letters[2].utf8), at: noon)
        let erased = try await tenant.erase(.address("anna@example.org"))
        #expect(
            erased.erased == [Trace(job: hers, line: .letter, isInBody: true, isInRecord: false, isUnfinished: false)])
        #expect(Set(erased.holdings.map(\.kind)) == [.sent, .case])
        #expect(try await tenant.traces(of: .address("anna@example.org")) == Traces())
        #expect(await failure { _ = try await tenant.wholeBody(of: his) } == nil)
    }
}

@Suite("An account of Jira")
struct AccountSearchTests {
    static let cloud = "557058:f58131cb-b67d-43c7-b30d-6b58d40bd077"

    @Test(
        "is found by an id that nobody writes by chance, wherever that stands",
        arguments: [
            (cloud, #"{"accountId":"557058:f58131cb-b67d-43c7-b30d-6b58d40bd077"}"#),
            (cloud, "Ask [~accountid:557058:F58131cb-b67d-43c7-b30d-6b58d40bd077]."),
            (cloud, "https://acme.atlassian.net/jira/people/557058%3Af58131cb-b67d-43c7-b30d-6b58d40bd077"),
            (cloud, #""x\n557058:f58131cb-b67d-43c7-b30d-6b58d40bd077\n""#),
            ("5b10a2844c20165700ede21g", "user?accountId=5b10a2844c20165700ede21g&expand=groups"),
            ("5b10a2844c20165700ede21g", "user?accountId%3D5b10a2844c20165700ede21g"),
            ("JIRAUSER10100", #"{"key":"jirauser10100"}"#),
        ])
    func ids(_ id: String, _ text: String) {
        for place in [PersonSearch.Place.mail, .json] {
            #expect(PersonSearch.finds(.account(id), in: place, text.utf8))
            var search = PersonSearch(.account(id), in: place)
            for byte in text.utf8 { search.consume([byte]) }
            search.finish()
            #expect(search.isFound)
        }
    }

    @Test(
        "is not found in a longer one",
        arguments: [
            (cloud, "557058:f58131cb-b67d-43c7-b30d-6b58d40bd0771"),
            (cloud, "1557058:f58131cb-b67d-43c7-b30d-6b58d40bd077"),
            ("5b10a2844c20165700ede21f", "557058:5b10a2844c20165700ede21f"), (cloud, "\(cloud):1"),
            (cloud, "\(cloud)@x"),
            ("5b10a2844c20165700ede21f", "5b10a2844c20165700ede21f0"), ("JIRAUSER10100", "JIRAUSER101001"),
        ])
    func longer(_ id: String, _ text: String) {
        #expect(!PersonSearch.finds(.account(id), in: .json, text.utf8))
        #expect(!PersonSearch.finds(.account(id), in: .mail, text.utf8))
    }

    @Test("is found by a name as a whole value of JSON and as a mention, and not where that is a word")
    func names() {
        let name = PersonName.account("Smith")
        for text in [
            #"{"name":"smith"}"#, #"{"reporter": "Smith","x":1}"#, #"{"body":"{\"name\":\"smith\"}"}"#,
            #""[~smith] look""#,
        ] {
            #expect(PersonSearch.finds(name, in: .json, text.utf8), "\(text)")
        }
        for text in [#"{"text":"smith wrote"}"#, #"{"name":"jsmith"}"#, #"{"name":"smithe"}"#, "[~jsmith]", "smith"] {
            #expect(!PersonSearch.finds(name, in: .json, text.utf8), "\(text)")
        }
        #expect(PersonSearch.finds(name, in: .mail, "Ask [~SMITH], please".utf8))
        #expect(!PersonSearch.finds(name, in: .mail, "\"Smith\" is a name".utf8))
        #expect(PersonSearch.finds(.account(#"CORP\smith"#), in: .json, #"{"name":"CORP\\smith"}"#.utf8))
    }

    @Test("is found and erased in events, plans, records and what is held", arguments: DatabaseEngine.available)
    func everywhere(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let (_, tenant) = try await place.begin()
        let event = try await tenant.keep(#"{"user":{"accountId":"\#(Self.cloud)"}}"#, .event)
        let planned = try await tenant.keep("Hello")
        let recorded = try await tenant.keep("Hello")
        let other = try await tenant.keep(#"{"user":{"accountId":"\#(Self.cloud)1"}}"#, .event)
        try await tenant.write(.planned(event, Data()), .finished(entry(event, line: .event)))
        try await tenant.write(
            .planned(planned, Data(#"{"reporter":"\#(Self.cloud)"}"#.utf8)), .finished(entry(planned)))
        try await tenant.write(
            .planned(recorded, Data()), .finished(entry(recorded, record: #"{"reporter":"\#(Self.cloud)"}"#)))
        try await tenant.write(.planned(other, Data()), .finished(entry(other, line: .event)))
        try await tenant.hold(.preview, "1", Data(#"{"accountId":"\#(Self.cloud)"}"#.utf8), at: noon)
        let erased = try await tenant.erase(.account(Self.cloud))
        #expect(Set(erased.erased.map(\.job)) == [event, planned, recorded])
        #expect(erased.holdings.map(\.kind) == [.preview])
        #expect(try await tenant.traces(of: .account(Self.cloud)) == Traces())
        #expect(try await tenant.audit(of: other) != nil)
    }
}
