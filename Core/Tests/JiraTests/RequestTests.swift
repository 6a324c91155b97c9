// SPDX-License-Identifier: Apache-2.0

import Markup
import Testing

@testable import Jira

@Suite("A request")
struct RequestTests {
    private static let seven = IssueReference.id(IssueID("10407")!)
    private static let key = PropertyKey("martlet.mail")!
    private static let robot = Account(id: AccountID("70121:robot")!, displayName: "Robot")
    private static let agnes = Account(id: AccountID("JIRAUSER10105")!, name: "agnes", displayName: "Agnes Auk")
    private static func file(_ name: String) -> Jira.Attachment {
        Jira.Attachment(id: AttachmentID("10500")!, fileName: name, mediaType: nil, size: 1)
    }

    private static let property = try! EntityProperty(key: key, value: ["v": 1])

    @Test(
        "that reads is this line",
        arguments: [
            (Read.myself.request(for: .cloud), "GET /rest/api/3/myself"),
            (Read.server.request(for: .cloud), "GET /rest/api/3/serverInfo"),
            (Read.attachmentSettings.request(for: .cloud), "GET /rest/api/3/attachment/meta"),
            (
                Read.issue(seven).request(for: .cloud),
                "GET /rest/api/3/issue/10407?fields=summary%2Cstatus%2Cproject%2Cissuetype%2Creporter%2Cassignee"
            ),
            (
                Read.issue(.key(IssueKey("NEST-7")!), fields: ["summary"], properties: [key]).request(for: .cloud),
                "GET /rest/api/3/issue/NEST-7?fields=summary&properties=martlet.mail"
            ),
            (
                Read.comments(of: seven).request(for: .cloud),
                "GET /rest/api/3/issue/10407/comment?orderBy=-created&expand=properties&startAt=0&maxResults=100"
            ),
            (
                Read.comments([CommentID("5")!, CommentID("6")!]).request(for: .cloud),
                #"POST /rest/api/3/comment/list?expand=properties {"ids":[5,6]}"#
            ),
            (Read.property(key, of: seven).request(for: .cloud), "GET /rest/api/3/issue/10407/properties/martlet.mail"),
            (
                Read.property(key, of: CommentID("5")!).request(for: .cloud),
                "GET /rest/api/3/comment/5/properties/martlet.mail"
            ),
            (
                Read.accounts(matching: "o'hara+x@owl.example & co").request(for: .cloud),
                "GET /rest/api/3/user/search?query=o%27hara%2Bx%40owl.example%20%26%20co&maxResults=50"
            ),
            (Read.watchers(of: seven).request(for: .cloud), "GET /rest/api/3/issue/10407/watchers"),
            (Read.transitions(of: seven).request(for: .cloud), "GET /rest/api/3/issue/10407/transitions"),
            (
                Read.projects(.create, startAt: 50).request(for: .cloud),
                "GET /rest/api/3/project/search?action=create&orderBy=key&startAt=50&maxResults=50"
            ),
            (
                Read.issueTypes(of: ProjectKey("NEST")!).request(for: .cloud),
                "GET /rest/api/3/issue/createmeta/NEST/issuetypes?startAt=0&maxResults=200"
            ),
            (
                Read.createFields(of: ProjectKey("NEST")!, type: IssueTypeID("10002")!, startAt: 200).request(
                    for: .cloud),
                "GET /rest/api/3/issue/createmeta/NEST/issuetypes/10002?startAt=200&maxResults=200"
            ),
            (
                Read.search("project = NEST", fields: ["summary"]).request(for: .cloud),
                #"POST /rest/api/3/search/jql {"fields":["summary"],"jql":"project = NEST","maxResults":50}"#
            ),
            (
                Read.search(
                    "a = b", fields: [], properties: [key], reconciling: [IssueID("9")!], limit: 1, pageToken: "t"
                ).request(for: .cloud),
                #"POST /rest/api/3/search/jql {"fields":[],"jql":"a = b","maxResults":1,"nextPageToken":"t","#
                    + #""properties":["martlet.mail"],"reconcileIssues":[9]}"#
            ),
        ])
    func reads(_ request: Request, _ line: String) {
        #expect(text(request) == line)
    }

    @Test(
        "to Data Center speaks REST v2, of users by key or name",
        arguments: [
            (Read.myself.request(for: .dataCenter), "GET /rest/api/2/myself"),
            (
                Read.issue(seven, fields: ["summary"]).request(for: .dataCenter),
                "GET /rest/api/2/issue/10407?fields=summary"
            ),
            (
                Read.search("a = b", fields: ["summary"], properties: [key], reconciling: [IssueID("9")!])
                    .request(for: .dataCenter),
                #"POST /rest/api/2/search {"fields":["summary"],"jql":"a = b","maxResults":50,"startAt":0}"#
            ),
            (
                Read.search("a = b", fields: [], limit: 2, pageToken: "4").request(for: .dataCenter),
                #"POST /rest/api/2/search {"fields":[],"jql":"a = b","maxResults":2,"startAt":4}"#
            ),
            (
                Read.accounts(matching: "auk@coop.example").request(for: .dataCenter),
                "GET /rest/api/2/user/search?username=auk%40coop.example&maxResults=50"
            ),
            (Read.account(agnes.id).request(for: .dataCenter), "GET /rest/api/2/user?key=JIRAUSER10105"),
            (Read.projects(.create).request(for: .dataCenter), "GET /rest/api/2/project"),
            (
                Write.addComment("*Rain* comes in.", to: seven).request(for: .dataCenter),
                #"POST /rest/api/2/issue/10407/comment {"body":"*Rain* comes in."}"#
            ),
            (
                Upload(FileName(fitting: "a"), mediaType: "b/c", to: seven).request(for: .dataCenter),
                "POST /rest/api/2/issue/10407/attachments"
            ),
            (Download(file("a b/ü.png")).request(for: .dataCenter), "GET /secure/attachment/10500/a%20b%2F%C3%BC.png"),
            (Download(file("..")).request(for: .dataCenter), "GET /secure/attachment/10500/file"),
        ])
    func speaksToDataCenter(_ request: Request, _ line: String) {
        #expect(text(request) == line)
    }

    @Test("names a person in a field by the account id on Cloud, by the user name on Data Center")
    func namesPerson() {
        #expect(Self.robot.fieldValue(on: .cloud) == ["id": "70121:robot"])
        #expect(Self.agnes.fieldValue(on: .dataCenter) == ["name": "agnes"])
    }

    @Test(
        "that writes is this line",
        arguments: [
            (
                Write.createIssue(fields: ["summary": "Leaks"]).request(for: .cloud),
                #"POST /rest/api/3/issue {"fields":{"summary":"Leaks"}}"#
            ),
            (
                Write.createIssue(fields: [:], properties: [property]).request(for: .cloud),
                #"POST /rest/api/3/issue {"fields":{},"properties":[{"key":"martlet.mail","value":{"v":1}}]}"#
            ),
            (
                Write.addComment(["type": "doc"], to: seven).request(for: .cloud),
                #"POST /rest/api/3/issue/10407/comment {"body":{"type":"doc"}}"#
            ),
            (
                Write.addComment([:], to: seven, visibility: Visibility(.group, named: "a"), properties: [property])
                    .request(for: .cloud),
                #"POST /rest/api/3/issue/10407/comment {"body":{},"#
                    + #""properties":[{"key":"martlet.mail","value":{"v":1}}],"visibility":{"type":"group","value":"a"}}"#
            ),
            (
                Write.transition(seven, by: TransitionID("21")!).request(for: .cloud),
                #"POST /rest/api/3/issue/10407/transitions {"transition":{"id":"21"}}"#
            ),
            (
                Write.transition(seven, by: TransitionID("21")!, fields: ["resolution": ["name": "Done"]]).request(
                    for: .cloud),
                #"POST /rest/api/3/issue/10407/transitions {"fields":{"resolution":{"name":"Done"}},"transition":{"id":"21"}}"#
            ),
            (Write.deleteWebhook(WebhookID("72")!).request(for: .cloud), "DELETE /rest/webhooks/1.0/webhook/72"),
            (
                Write.register(
                    Webhook(name: "M", url: "https://m.example", events: ["comment_created"], jql: "x", secret: "s")
                ).request(for: .cloud),
                #"POST /rest/webhooks/1.0/webhook {"events":["comment_created"],"excludeBody":false,"#
                    + #""filters":{"issue-related-events-section":"x"},"name":"M","secret":"s","url":"https://m.example"}"#
            ),
            (
                Upload(FileName(fitting: "a"), mediaType: "b/c", to: seven).request(for: .cloud),
                "POST /rest/api/3/issue/10407/attachments"
            ),
            (Download(file("a")).request(for: .cloud), "GET /rest/api/3/attachment/content/10500?redirect=false"),
            (Write.issueOfNoProject.request(for: .cloud), #"POST /rest/api/3/issue {"fields":{}}"#),
            (
                Write.requestOfNoDesk.request(for: .cloud),
                #"POST /rest/servicedeskapi/request {"requestFieldValues":{}}"#
            ),
            (Write.customerOfNoAddress.request(for: .cloud), #"POST /rest/servicedeskapi/customer {"displayName":""}"#),
        ])
    func writes(_ request: Request, _ line: String) {
        #expect(text(request) == line)
    }

    private func text(_ request: Request) -> String {
        "\(request.method.rawValue) \(request.target)" + (request.body.map { " \($0)" } ?? "")
    }

    @Test("escapes all that could lead out of its segment or value")
    func escapes() {
        let request = Request(.get, ["a/b", "c?d", "%", "é", ".."], query: .items(("q&r", "1=2#\r\n"), ("none", nil)))
        #expect(request.target == "/a%2Fb/c%3Fd/%25/%C3%A9/..?q%26r=1%3D2%23%0D%0A")
    }

    @Test("does not show what it carries")
    func hidesBody() {
        let webhook = Webhook(name: "M", url: "u", events: [], secret: "s3cret")
        let request = Write.register(webhook).request(for: .cloud)
        #expect(String(describing: request) == "POST /rest/webhooks/1.0/webhook")
        #expect(String(describing: webhook) == "webhook M")
        var dumped = ""
        dump(request, to: &dumped)
        dump(webhook, to: &dumped)
        dump(Read.accounts(matching: "s3cret").request(for: .cloud), to: &dumped)
        #expect(!dumped.contains("s3cret"))
    }

    @Test(
        "that uploads names a media type, and never two lines",
        arguments: [
            ("image/png", "image/png"), ("application/vnd.ms-excel", "application/vnd.ms-excel"),
            ("", "application/octet-stream"), ("text", "application/octet-stream"),
            ("text/plain; charset=x", "application/octet-stream"), ("a/b\r\nX: y", "application/octet-stream"),
            ("a/b/c", "application/octet-stream"), ("a/", "application/octet-stream"),
        ])
    func namesMediaType(_ given: String, _ sent: String) {
        #expect(Upload(FileName(fitting: "a"), mediaType: given, to: Self.seven).mediaType == sent)
    }
}
