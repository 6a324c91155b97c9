// SPDX-License-Identifier: Apache-2.0

import Foundation
import Jira
import Markup
import Testing

@Suite("A request of OAuth 2.0")
struct OAuthRequestTests {
    @Test("leads a person to the consent page, with everything escaped")
    func consent() {
        let target = consentTarget(
            client: "abc", scopes: ["read:jira-work", "offline_access"], redirect: "https://m.example/oauth/callback",
            state: "a&b")
        #expect(
            target == "/authorize?audience=api.atlassian.com&client_id=abc&scope=read%3Ajira-work%20offline_access"
                + "&redirect_uri=https%3A%2F%2Fm.example%2Foauth%2Fcallback&state=a%26b&response_type=code&prompt=consent"
        )
    }

    @Test("for a token names its grant, and shows no secret")
    func token() {
        let grants: [(TokenGrant, JSONValue)] = [
            (
                .code("c", redirect: "https://m.example"),
                ["grant_type": "authorization_code", "code": "c", "redirect_uri": "https://m.example"]
            ),
            (.refresh("r"), ["grant_type": "refresh_token", "refresh_token": "r"]),
            (.clientCredentials, ["grant_type": "client_credentials"]),
        ]
        for (grant, wanted) in grants {
            let request = Write.token(for: grant, client: "id", secret: "hush").request(for: .cloud)
            var body = wanted
            body["client_id"] = "id"
            body["client_secret"] = "hush"
            #expect(request.body == body)
            #expect(request.target == "/oauth/token")
            #expect(!"\(request)".contains("hush"))
            #expect("\(grant)" == "(grant)" && Mirror(reflecting: grant).children.isEmpty)
        }
    }

    @Test("has its answer read, which shows no token either")
    func answer() throws {
        let text = """
            {"access_token": "aa", "refresh_token": "rr", "expires_in": 3600, "scope": "read:jira-work offline_access"}
            """
        let token = try Write.token(for: .clientCredentials, client: "", secret: "").decode(Array(text.utf8))
        #expect(token.accessToken == "aa" && token.refreshToken == "rr" && token.lifetime == 3600)
        #expect(token.scopes == ["read:jira-work", "offline_access"])
        #expect("\(token)" == "(token)" && !"\(String(reflecting: token))".contains("rr"))
        #expect(throws: Unreadable.self) {
            try Write.token(for: .clientCredentials, client: "", secret: "").decode(Array("{}".utf8))
        }
    }

    @Test("lists the sites that a token opens, and takes no id that could lead elsewhere")
    func sites() throws {
        let text = #"[{"id":"5a0dbc0e-1","name":"x","url":"https://x.atlassian.net","scopes":["read:jira-work"]}]"#
        let sites = try Read.accessibleSites.decode(Array(text.utf8))
        #expect(sites.map(\.cloudID) == ["5a0dbc0e-1"] && sites[0].scopes == ["read:jira-work"])
        #expect(throws: Unreadable(place: "[0].id")) {
            try Read.accessibleSites.decode(Array(#"[{"id":"../x","url":"https://x"}]"#.utf8))
        }
    }
}

@Suite("A request about dynamic webhooks")
struct DynamicWebhookRequestTests {
    @Test("registers, refreshes and removes at the places that Jira documents")
    func places() {
        let ids = [WebhookID("7")!, WebhookID("8")!]
        let register = Write.register(to: "https://m.example", events: ["comment_created"], jql: "project = A")
            .request(for: .cloud)
        #expect(register.method == .post && register.target == "/rest/api/3/webhook")
        #expect(
            register.body == [
                "url": "https://m.example",
                "webhooks": [["events": ["comment_created"], "jqlFilter": "project = A"]],
            ])
        let refresh = Write.refreshWebhooks(ids).request(for: .cloud)
        #expect(refresh.method == .put && refresh.target == "/rest/api/3/webhook/refresh")
        #expect(refresh.body == ["webhookIds": [7, 8]])
        let delete = Write.deleteWebhooks(ids).request(for: .cloud)
        #expect(delete.method == .delete && delete.target == "/rest/api/3/webhook")
        #expect(delete.body == ["webhookIds": [7, 8]])
    }

    @Test("has its end read as a number or as a text")
    func ends() throws {
        let text = """
            {"isLast": true, "values": [{"id": 1, "url": "https://m.example", "events": ["comment_created"],
            "jqlFilter": "project = A", "expirationDate": 1559392950000}, {"id": 2, "expirationDate": "2019-06-01T12:42:30.000+0000"}, {"id": 3}]}
            """
        let found = try Read.dynamicWebhooks().decode(Array(text.utf8)).items
        let end = Date(timeIntervalSince1970: 1_559_392_950)
        #expect(found.map(\.endsAt) == [end, end, nil])
        #expect(found.map(\.url) == ["https://m.example", nil, nil])
        #expect(found[0].jql == "project = A" && found[0].events == ["comment_created"])
        let refreshed = try Write.refreshWebhooks([]).decode(Array(#"{"expirationDate": 1559392950000}"#.utf8))
        #expect(refreshed == end)
    }

    @Test("says what became of each")
    func results() throws {
        let text = """
            {"webhookRegistrationResult": [{"createdWebhookId": 1000}, {"errors": ["The clause is unsupported"]}]}
            """
        let results = try Write.register(to: "", events: [], jql: "").decode(Array(text.utf8))
        #expect(results == [.created(WebhookID("1000")!), .refused(["The clause is unsupported"])])
    }
}
