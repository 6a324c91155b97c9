// SPDX-License-Identifier: Apache-2.0

import Foundation
import Jira
import Markup
import Planning
import Testing

/// What a decoder says about a text, or nil when it takes it.
func words<Value: Decodable>(of type: Value.Type, in json: String) -> String? {
    do {
        _ = try JSONDecoder().decode(type, from: Data(json.utf8))
        return nil
    } catch DecodingError.dataCorrupted(let context) {
        return context.debugDescription
    } catch DecodingError.keyNotFound(let key, _) {
        return "missing: \(key.stringValue)"
    } catch {
        return "another kind of error"
    }
}

private func decoded<Value: Decodable>(_ type: Value.Type, _ json: String) throws -> Value {
    try JSONDecoder().decode(type, from: Data(json.utf8))
}

@Suite("A configuration")
struct ConfigurationTests {
    private static let three = #"{"id":"support","catch":["support@example.com"],"project":"HELP"}"#

    @Test("makes a profile of three fields, with defaults that an admin expects")
    func defaults() throws {
        let profile = try decoded(Profile.self, Self.three)
        #expect(profile == .support)
        #expect(profile.name == "support")
        #expect(profile.connection == "jira")
        #expect(profile.nonCatch == .drop)
        #expect(profile.issueType == "Task")
        #expect(profile.defaultSummary == "(no subject)")
        #expect(profile.defaultReporter == nil)
        #expect(profile.strangers == .defaultReporter)
        #expect(profile.verification == .none)
        #expect(profile.keysInSubject && profile.threading)
        #expect(profile.bulkThreshold == nil)
        #expect(profile.transitionsOnComment.isEmpty)
        #expect(profile.attachments == AttachmentPolicy(largest: 100_000_000, excludedExtensions: []))
        #expect(profile.trimming == TrimmingPolicy(elided: .folded, delimiters: [], cleanups: []))
        #expect(profile.outbound == nil)
    }

    @Test("reads what becomes of quotes, and an admin's own expressions")
    func trimming() throws {
        let policy = try decoded(
            TrimmingPolicy.self,
            #"{"elided":"left-out","delimiters":["-{3} *Ticket","(?i)history"],"cleanups":["\\[ext\\]"]}"#)
        #expect(policy.elided == .leftOut)
        #expect(policy.delimiters.map(\.pattern) == ["-{3} *Ticket", "(?i)history"])
        #expect(policy.cleanups.map(\.pattern) == [#"\[ext\]"#])
        #expect(try decoded(TrimmingPolicy.self, "{}") == TrimmingPolicy())
        let again = try JSONDecoder().decode(TrimmingPolicy.self, from: JSONEncoder().encode(policy))
        #expect(again == policy)
    }

    @Test(
        "refuses an expression that is none, and too many of them, in words",
        arguments: [
            (#"{"delimiters":["ok","(a"]}"#, "A bracket is not closed (at character 1)."),
            (
                #"{"cleanups":["(?=a)"]}"#,
                "This form is not known here: no back references, no look-around (at character 2)."
            ),
            (#"{"cleanups":[["a"]]}"#, "The expression is not a text."),
            (
                #"{"delimiters":["# + Array(repeating: #""a""#, count: 51).joined(separator: ",") + "]}",
                "there are 51 delimiters, and at most 50 are taken"
            ),
            (#"{"delimiter":["a"]}"#, #"unknown key "delimiter"; did you mean "delimiters"?"#),
        ])
    func badTrimming(_ json: String, _ wanted: String) {
        #expect(words(of: TrimmingPolicy.self, in: json) == wanted)
    }

    @Test(
        "refuses a key that nobody reads, and says which one was meant",
        arguments: [
            (#""catchAddresses":[]"#, #"unknown key "catchAddresses""#),
            (#""Connection":"jira""#, #"unknown key "Connection"; did you mean "connection"?"#),
            (#""isueType":"Bug""#, #"unknown key "isueType"; did you mean "issueType"?"#),
            (#""treading":false"#, #"unknown key "treading"; did you mean "threading"?"#),
            (#""password":"x""#, #"unknown key "password""#),
            (#""zz":1,"yyyyyyyy":2"#, #"unknown key "yyyyyyyy""#),
        ])
    func unknownKey(_ field: String, _ wanted: String) {
        #expect(words(of: Profile.self, in: Self.three.dropLast() + "," + field + "}") == wanted)
    }

    @Test(
        "refuses unknown keys within a part too",
        arguments: [
            (#""verification":{"authservId":"mx"}"#, #"unknown key "authservId"; did you mean "authservID"?"#),
            (#""serviceDesk":{"participant":true}"#, #"unknown key "participant"; did you mean "participants"?"#),
            (#""attachments":{"larges":1}"#, #"unknown key "larges"; did you mean "largest"?"#),
            (
                #""transitionsOnComment":[{"status":"Done","transition":"Reopen","then":1}]"#,
                #"unknown key "then""#
            ),
        ])
    func unknownKeyWithin(_ field: String, _ wanted: String) {
        #expect(words(of: Profile.self, in: Self.three.dropLast() + "," + field + "}") == wanted)
    }

    @Test(
        "refuses what cannot be meant, in words",
        arguments: [
            (
                #""serviceDesk":{"requestType":""}"#,
                "the request type is empty; leave it out to make issues that are no requests"
            ),
            (
                #""serviceDesk":{"customers":"create"}"#,
                "customers are made for their requests: set a requestType too"
            ),
            (
                #""serviceDesk":{"requestType":"Email request","organizations":["Acme"]}"#,
                "organizations are for customers that Martlet makes: set customers to create too"
            ),
            (#""bulkThreshold":0"#, "the bulk threshold is 1 or more letters an hour"),
            (
                #""verification":{"authservID":""}"#,
                "the authserv-id is empty; leave it out to verify nobody"
            ),
            (
                #""verification":{"authservID":"mx","trustFrom":true}"#,
                "trustFrom and authservID exclude each other"
            ),
        ])
    func contradiction(_ field: String, _ wanted: String) {
        #expect(words(of: Profile.self, in: Self.three.dropLast() + "," + field + "}") == wanted)
    }

    @Test("refuses a profile without its three fields")
    func missingFields() {
        #expect(words(of: Profile.self, in: #"{"catch":["a@b.c"],"project":"HELP"}"#) == "missing: id")
        #expect(words(of: Profile.self, in: #"{"id":"a","project":"HELP"}"#) == "missing: catch")
        #expect(words(of: Profile.self, in: #"{"id":"a","catch":["a@b.c"]}"#) == "missing: project")
        #expect(
            words(of: Profile.self, in: #"{"id":"a","catch":[],"project":"HELP"}"#)
                == "a profile needs at least one catch address")
        #expect(
            words(of: Profile.self, in: #"{"id":"a","catch":["@"],"project":"HELP"}"#)
                == #""@" is not a valid name here"#)
    }

    @Test("reads each way of verification")
    func verification() throws {
        #expect(try decoded(Verification.self, "{}") == .none)
        #expect(try decoded(Verification.self, #"{"trustFrom":false}"#) == .none)
        #expect(try decoded(Verification.self, #"{"trustFrom":true}"#) == .trustFrom)
        #expect(try decoded(Verification.self, #"{"authservID":"mx"}"#) == .authenticationResults(authservID: "mx"))
    }

    @Test("takes file endings in any case, with or without a dot")
    func endings() throws {
        let policy = try decoded(AttachmentPolicy.self, #"{"excludedExtensions":["EXE",".Bat","tar.gz"]}"#)
        #expect(policy.excludedExtensions == ["exe", "bat", "tar.gz"])
    }

    @Test("takes a site over https only, and without its last slash")
    func site() throws {
        let start = #"{"id":"jira","account":"bot@example.com","site":"#
        #expect(
            try decoded(Connection.self, start + #""https://example.atlassian.net/"}"#).site
                == "https://example.atlassian.net")
        #expect(words(of: Connection.self, in: start + #""http://example.com"}"#) == "a site begins with https://")
        #expect(words(of: Connection.self, in: start + #""example.com"}"#) == "a site begins with https://")
        let local = start + #""http://127.0.0.1:8080","allowsPrivateAddress":true}"#
        #expect(try decoded(Connection.self, local).site == "http://127.0.0.1:8080")
    }

    @Test("takes a Data Center by its token alone, the gateway beside the site, and an authority in PEM")
    func otherSites() throws {
        let start = #"{"id":"jira","site":"https://jira.example.com/jira/","#
        let server = try decoded(Connection.self, start + #""deployment":"data-center"}"#)
        #expect(server.deployment == .dataCenter && server.account == nil)
        #expect(server.site == "https://jira.example.com/jira")
        let gateway = try decoded(Connection.self, start + #""api":"https://api.atlassian.com/ex/jira/1/"}"#)
        #expect(gateway.api == "https://api.atlassian.com/ex/jira/1" && gateway.deployment == .cloud)
        #expect(words(of: Connection.self, in: start + #""api":"http://x"}"#) == "an api begins with https://")
        #expect(
            words(of: Connection.self, in: start + #""authority":"/etc/ca.pem"}"#)
                == "an authority is a certificate in PEM")
    }

    @Test("of a connection by OAuth 2.0 needs the app's client id alone, and goes without account and token")
    func oauth() throws {
        let start = #"{"id":"jira","site":"https://x.atlassian.net","#
        let app = try decoded(Connection.self, start + #""oauth":{"client":"abc"}}"#).oauth
        #expect(app == OAuthApp(client: "abc"))
        #expect(app?.grant == .consent && app?.issuer == "https://auth.atlassian.com")
        #expect(app?.gateway == "https://api.atlassian.com")
        let own = try decoded(
            Connection.self, start + #""oauth":{"client":"abc","grant":"client-credentials"}}"#)
        #expect(own.oauth?.grant == .clientCredentials)
        #expect(try decoded(Connection.self, String(decoding: try JSONEncoder().encode(own), as: UTF8.self)) == own)
        for more in [#""account":"a@b.c""#, #""deployment":"data-center""#, #""tokenEnds":"2027-01-31""#] {
            #expect(
                words(of: Connection.self, in: start + #""oauth":{"client":"abc"},\#(more)}"#)
                    == "oauth is for Cloud, and goes without account and tokenEnds")
        }
        #expect(words(of: Connection.self, in: start + #""oauth":{}}"#) == "missing: client")
        #expect(words(of: Connection.self, in: start + #""oauth":{"client":""}}"#) == "a client is not empty")
        let paid = try decoded(Connection.self, start + #""oauth":{"client":"abc","pointsPerHour":150000}}"#)
        #expect(paid.oauth?.pointsPerHour == 150_000 && app?.pointsPerHour == nil)
        for points in [-1, 0, 999, 500_001] {
            #expect(
                words(of: Connection.self, in: start + #""oauth":{"client":"abc","pointsPerHour":\#(points)}}"#)
                    == "pointsPerHour is a number from 1000 to 500000, the most that Atlassian gives an app")
        }
        #expect(
            words(of: Connection.self, in: start + #""oauth":{"client":"abc","issuer":"http://x"}}"#)
                == "an issuer begins with https://")
    }

    @Test("gives sources and outbounds the port of their security")
    func ports() throws {
        let source = #"{"id":"box","profile":"support","host":"mx","user":"u","security":"#
        #expect(try decoded(Source.self, source + #""tls"}"#).port == 993)
        #expect(try decoded(Source.self, source + #""starttls"}"#).port == 143)
        #expect(try decoded(Source.self, source + #""plain","port":1143}"#).port == 1143)
        let outbound = #"{"id":"relay","host":"mx","security":"#
        #expect(try decoded(Outbound.self, outbound + #""tls"}"#).port == 465)
        #expect(try decoded(Outbound.self, outbound + #""starttls"}"#).port == 587)
    }

    @Test("of another version is refused in words")
    func version() {
        #expect(
            words(of: Configuration.self, in: #"{"version":2}"#)
                == "version 2 is not known here; this program reads version 1")
        #expect(words(of: Configuration.self, in: "{}") == "missing: version")
    }

    @Test("leaves secrets to who applies it, and gives none of them back")
    func secrets() throws {
        let text = #"{"version":1,"profiles":[\#(Self.three)],"secrets":{"jira":"marker-of-a-secret"}}"#
        let configuration = try decoded(Configuration.self, text)
        let written = String(decoding: try JSONEncoder().encode(configuration), as: UTF8.self)
        #expect(!written.contains("marker-of-a-secret"))
        #expect(try decoded(Configuration.self, written) == configuration)
    }

    @Test("that fits together has no problems")
    func noProblems() {
        #expect(sound().problems.isEmpty)
    }

    @Test("says of each thing that does not fit together what it is")
    func problems() {
        var broken = sound()
        broken.connections.append(broken.connections[0])
        broken.profiles[0].connection = "other"
        broken.profiles[0].outbound = "none"
        broken.profiles.append(Profile(id: "sales", catchAddresses: ["SUPPORT@example.com"], project: "SALES"))
        broken.sources[0].profile = "gone"
        broken.notifications[0].connection = "other"
        broken.notifications[0].outbound = "none"
        #expect(
            broken.problems == [
                #"There are several connections called "jira"."#,
                #"Profile "support" names the connection "other", which is not there."#,
                #"Profile "support" names the outbound "none", which is not there."#,
                #"Source "box" names the profile "gone", which is not there."#,
                #"Notification "news" names the connection "other", which is not there."#,
                #"Notification "news" names the outbound "none", which is not there."#,
                #"Several profiles catch "support@example.com"."#,
            ])
    }

    @Test("P5 keeps of a notification's audience addresses and roles, no names")
    func audienceRecord() throws {
        let mapping = NotificationMapping(id: "news", outbound: "relay", from: "support@example.com")
        let written = try decoded([String: Shape].self, String(decoding: JSONEncoder().encode(mapping), as: UTF8.self))
        #expect(
            Set(written.keys) == [
                "id", "name", "enabled", "connection", "outbound", "from", "fromName", "projects", "events", "audience",
                "tellsActor", "template",
            ])
        #expect(AudienceRole.allCases.map(\.rawValue) == ["reporter", "assignee", "watchers"])
        #expect(
            words(
                of: NotificationMapping.self, in: #"{"id":"n","outbound":"r","from":"a@b.c","audienceNames":["Ada"]}"#)
                == #"unknown key "audienceNames""#)
    }

    /// Any value at all.
    private struct Shape: Decodable {
        init(from decoder: any Decoder) throws {}
    }

    private func sound() -> Configuration {
        var configuration = Configuration()
        configuration.connections = [
            Connection(id: "jira", site: "https://example.atlassian.net", account: "bot@example.com")
        ]
        configuration.outbounds = [Outbound(id: "relay", host: "mx")]
        configuration.profiles = [Profile.support]
        configuration.sources = [Source(id: "box", profile: "support", host: "mx", user: "u")]
        configuration.notifications = [NotificationMapping(id: "news", outbound: "relay", from: "support@example.com")]
        return configuration
    }
}
