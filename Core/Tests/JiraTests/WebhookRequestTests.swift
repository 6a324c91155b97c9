// SPDX-License-Identifier: Apache-2.0

import Markup
import Testing

@testable import Jira

@Suite("Registered webhooks")
struct WebhookRequestTests {
    @Test("are listed with where they go and whether they are signed")
    func areListed() throws {
        let body = """
            [{"self":"https://x.atlassian.net/rest/webhooks/1.0/webhook/72","name":"Martlet","url":"https://m.example/h",
            "events":["comment_created"],"enabled":true,"isSigned":true,"excludeBody":false},
            {"self":"https://x.atlassian.net/rest/webhooks/1.0/webhook/73","url":"https://other.example"}]
            """
        let read = Read.webhooks
        #expect(read.request(for: .cloud).target == "/rest/webhooks/1.0/webhook")
        let hooks = try read.decode(Array(body.utf8))
        #expect(hooks.map(\.id.rawValue) == ["72", "73"])
        #expect(hooks[0].name == "Martlet" && hooks[0].isSigned == true && hooks[0].events == ["comment_created"])
        #expect(hooks[1].isSigned == nil && hooks[1].isEnabled)
        #expect(throws: Unreadable(place: "[0].self")) { try read.decode(Array(#"[{"self":"x","url":"u"}]"#.utf8)) }
    }

    @Test("are where Data Center has them, by number and with the secret in their configuration")
    func areOfDataCenter() throws {
        #expect(Read.webhooks.request(for: .dataCenter).target == "/rest/jira-webhook/1.0/webhooks")
        let body =
            #"[{"id":7,"name":"Martlet","url":"https://m.example/h","events":["comment_created"],"active":false}]"#
        let hooks = try Read.webhooks.decode(Array(body.utf8))
        #expect(hooks.map(\.id.rawValue) == ["7"] && !hooks[0].isEnabled && hooks[0].isSigned == nil)
        let write = Write.register(
            Webhook(name: "n", url: "https://m.example/h", events: ["comment_created"], secret: "s3cret"))
        let request = write.request(for: .dataCenter)
        #expect(request.method == .post && request.target == "/rest/jira-webhook/1.0/webhooks")
        #expect(
            request.body == [
                "name": "n", "url": "https://m.example/h", "events": ["comment_created"], "active": true,
                "scopeType": "global", "configuration": ["SECRET": "s3cret", "EXCLUDE_BODY": "false"],
            ])
        #expect(try write.decode(Array(#"{"id":8}"#.utf8)).rawValue == "8")
        #expect(!"\(request)".contains("s3cret"))
        let gone = Write.deleteWebhook(WebhookID("8")!).request(for: .dataCenter)
        #expect(gone.method == .delete && gone.target == "/rest/jira-webhook/1.0/webhooks/8")
        #expect(throws: Unreadable(place: "self")) { try write.decode(Array("{}".utf8)) }
    }

    @Test("need no permission that is not asked for")
    func permissions() throws {
        let nest = ProjectKey("NEST")!
        let read = Read.permissions([.addComments, .browseUsers], in: nest)
        #expect(
            read.request(for: .cloud).target
                == "/rest/api/3/mypermissions?projectKey=NEST&permissions=ADD_COMMENTS%2CUSER_PICKER")
        #expect(read.request(for: .dataCenter).target == "/rest/api/2/mypermissions?projectKey=NEST")
        let body = """
            {"permissions":{"ADD_COMMENTS":{"havePermission":true},"USER_PICKER":{"havePermission":false},
            "CREATE_ISSUES":{"havePermission":true}}}
            """
        #expect(try read.decode(Array(body.utf8)) == [.addComments])
    }
}
