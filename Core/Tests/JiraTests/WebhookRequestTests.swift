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
