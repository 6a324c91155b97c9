// SPDX-License-Identifier: Apache-2.0

import Foundation
import Markup
import Testing

@testable import Jira

@Suite("An answer of Jira")
struct AnswerTests {
    private let nest = ProjectKey("NEST")!
    private let seven = IssueReference.key(IssueKey("NEST-7")!)

    private func answer<Answer>(_ read: Read<Answer>, _ name: String) throws -> Answer {
        try read.decode(try Fixture.bytes("jira/\(name).json"))
    }

    private func answer<Answer>(_ write: Write<Answer>, _ name: String) throws -> Answer {
        try write.decode(try Fixture.bytes("jira/\(name).json"))
    }

    @Test("names the account")
    func namesAccount() throws {
        let account = try answer(.myself, "myself")
        #expect(account.id == AccountID("70121:robot"))
        #expect(account.emailAddress == "martlet@birdhouse.example")
        #expect(account.kind == .app)
        #expect(account.isActive)
    }

    @Test("describes the site")
    func describesSite() throws {
        let server = try answer(.server, "server")
        #expect(server.baseURL == "https://birdhouse.example")
        #expect(server.title == "Birdhouse")
        #expect(server.isCloud)
        #expect(
            try answer(.attachmentSettings, "attachment-settings")
                == AttachmentSettings(isEnabled: true, uploadLimit: 1_073_741_824))
    }

    @Test("holds an issue with fields and properties")
    func holdsIssue() throws {
        let issue = try answer(.issue(seven), "issue")
        #expect(issue.id == IssueID("10407"))
        #expect(issue.key == IssueKey("NEST-7"))
        #expect(issue.status?.category == .inProgress)
        #expect(issue.fields["customfield_10031"] == ["value": "left"])
        #expect(issue.properties["martlet.mail"]?["action"] == "01")
        let text: JSONValue = ["type": "text", "text": "Rain comes in."]
        let paragraph: JSONValue = ["type": "paragraph", "content": [text]]
        #expect(issue.text == .document(["type": "doc", "version": 1, "content": [paragraph]]))
    }

    @Test("holds comments, and tells where to ask on")
    func holdsComments() throws {
        let page = try answer(.comments(of: seven), "comments")
        #expect(page.items.map(\.id.rawValue) == ["10902", "10901"])
        #expect(page.next == 2)
        #expect(page.items[0].properties?.map(\.key.rawValue) == ["martlet.mail"])
        #expect(page.items[1].properties == nil)
        #expect(page.items[1].visibility == Visibility(.group, named: "keepers"))
        #expect(page.items[1].created == Date(timeIntervalSince1970: 1_772_442_000))
        let listed = try answer(.comments([CommentID("10902")!]), "comment-list")
        #expect(listed.items.map(\.properties) == [[]])
        #expect(listed.next == nil)
        let property = try answer(.property(PropertyKey("martlet.mail")!, of: CommentID("10902")!), "comment-property")
        #expect(property.value["action"] == "02")
    }

    @Test("holds people, whose addresses may be hidden")
    func holdsPeople() throws {
        let accounts = try answer(.accounts(matching: "o"), "accounts")
        #expect(accounts.map(\.emailAddress) == [nil, "olga@owl.example"])
        #expect(accounts.map(\.kind) == [.atlassian, .customer])
        #expect(accounts.map(\.isActive) == [true, false])
        let watchers = try answer(.watchers(of: seven), "watchers")
        #expect(watchers.count == 2)
        #expect(watchers.accounts.map(\.displayName) == ["Nora Nest"])
    }

    @Test("holds what a search found, and how to ask on")
    func holdsSearch() throws {
        let result = try answer(.search("project = NEST"), "search")
        #expect(result.issues.map(\.key.rawValue) == ["NEST-7"])
        #expect(result.nextPageToken == "CAEaAggC")
    }

    @Test("holds what can be created")
    func holdsMetadata() throws {
        let types = try answer(.issueTypes(of: nest), "issue-types")
        #expect(types.items.map(\.name) == ["Task", "Subtask"])
        #expect(types.items.map(\.isSubtask) == [false, true])
        #expect(types.next == nil)
        let fields = try answer(.createFields(of: nest, type: IssueTypeID("10002")!), "create-fields").items
        #expect(fields.map(\.id) == ["summary", "customfield_10040", "priority"])
        #expect(fields.map(\.isRequired) == [true, false, true])
        #expect(fields.map(\.hasDefault) == [false, false, true])
        #expect(fields[1].schema.items == "option")
        #expect(fields[1].schema.custom == "com.atlassian.jira.plugin.system.customfieldtypes:multicheckboxes")
        #expect(fields[1].allowedValues?.count == 2)
        #expect(fields[0].allowedValues == nil)
        let unsaid = #"{"fields":[{"fieldId":"assignee","key":"assignee","name":"Assignee","required":true}]}"#
        let read = Read.createFields(of: nest, type: IssueTypeID("10002")!)
        #expect(try read.decode(Array(unsaid.utf8)).items.map(\.schema) == [CreateField.Schema(type: "any")])
        let projects = try answer(.projects(.create), "projects")
        #expect(projects.items == [Project(id: ProjectID("10010")!, key: nest, name: "Nest boxes", kind: .service)])
        #expect(projects.next == 1)
        let transitions = try answer(.transitions(of: seven), "transitions")
        #expect(
            transitions == [
                Transition(
                    id: TransitionID("21")!, name: "Start", status: Status(name: "In Progress", category: .inProgress))
            ])
    }

    @Test("names the files of an issue, and none where the field was not asked for")
    func files() throws {
        let list = try JSONValue(parsing: try Fixture.bytes("jira/attachments.json"))
        let issue = Jira.Issue(id: IssueID("1")!, key: IssueKey("NEST-1")!, fields: ["attachment": list])
        #expect(issue.attachments.map(\.fileName) == ["hinge.png"])
        #expect(Jira.Issue(id: IssueID("1")!, key: IssueKey("NEST-1")!, fields: [:]).attachments.isEmpty)
    }

    @Test("tells where to ask on whatever number a server says it began at")
    func wildStart() throws {
        let body = Array(#"{"startAt": 9223372036854775807, "isLast": false, "comments": [{"id": "1"}]}"#.utf8)
        #expect(try Read<Page<Jira.Comment>>.comments(of: seven).decode(body).next == 1 << 40 + 1)
        let found = Array(#"{"startAt": 9223372036854775807, "total": 9223372036854775807, "issues": []}"#.utf8)
        #expect(try Read<SearchResult>.search("").decode(found).nextPageToken == nil)
    }

    @Test("names what was made")
    func namesMade() throws {
        let created = try answer(.createIssue(fields: [:]), "created-issue")
        #expect(created == CreatedIssue(id: IssueID("10408")!, key: IssueKey("NEST-8")!))
        #expect(try answer(.addComment([:], to: seven), "comment").id == CommentID("10903"))
        let upload = Upload(FileName(fitting: "hinge.png"), mediaType: "image/png", to: seven)
        #expect(
            try upload.decode(Fixture.bytes("jira/attachments.json")) == [
                Attachment(
                    id: AttachmentID("10500")!, fileName: "hinge.png", mediaType: "image/png", size: 4711,
                    created: Date(timeIntervalSince1970: 1_772_442_000), author: AccountID("70121:robot"))
            ])
        let webhook = Webhook(name: "Martlet", url: "https://martlet.example", events: [], secret: "s")
        #expect(try answer(.register(webhook), "registered-webhook") == WebhookID("72"))
    }

    @Test("may be empty where nothing is to be told", arguments: ["", "{}", "garbage"])
    func mayBeEmpty(_ body: String) throws {
        let write = Write.transition(seven, by: TransitionID("21")!)
        try write.decode(Array(body.utf8))
    }

    @Test(
        "that is something else cannot be read, and the error says where without saying what",
        arguments: [
            ("<html>secret</html>", "cannot be read at byte 0"), ("[]", "cannot be read at comments"),
            (#"{"comments":{}}"#, "cannot be read at comments"),
            (#"{"comments":[{"id":"secret"}]}"#, "cannot be read at comments[0].id"),
            (#"{"comments":[{"id":"1"},"secret"]}"#, "cannot be read at comments[1].id"),
        ])
    func isUnreadable(_ body: String, _ said: String) {
        let error = #expect(throws: Unreadable.self) { try Read.comments(of: seven).decode(Array(body.utf8)) }
        #expect(error?.description == said)
    }

    @Test("of Data Center may be a bare list, or values in a page, or a page of a search by numbers")
    func readsDataCenter() throws {
        let project = #"{"id":"10010","key":"NEST","name":"Nest boxes"}"#
        let bare = try Read.projects(.browse).decode(Array("[\(project)]".utf8))
        #expect(bare.items.map(\.key) == [nest] && bare.next == nil)
        let types = try Read.issueTypes(of: nest).decode(
            Array(#"{"startAt":0,"total":2,"isLast":false,"values":[{"id":"1","name":"Task"}]}"#.utf8))
        #expect(types.items.map(\.name) == ["Task"] && types.next == 1)
        let found = try Read.search("a = b").decode(
            Array(#"{"startAt":2,"maxResults":1,"total":4,"issues":[{"id":"9","key":"NEST-9"}]}"#.utf8))
        #expect(found.issues.map(\.key.rawValue) == ["NEST-9"] && found.nextPageToken == "3")
        let last = try Read.search("a = b").decode(Array(#"{"startAt":4,"total":4,"issues":[]}"#.utf8))
        #expect(last.nextPageToken == nil)
    }

    @Test("tells Data Center's user names from ids, and its internal comments from public ones")
    func readsDataCenterPeople() throws {
        let person = #"{"key":"JIRAUSER10105","name":"agnes","displayName":"Agnes Auk"}"#
        let account = try Read.myself.decode(Array(person.utf8))
        #expect(account.id.rawValue == "JIRAUSER10105" && account.name == "agnes")
        let mark = #"[{"key":"sd.public.comment","value":{"internal":true}}]"#
        let comment = try Write.addComment("", to: seven).decode(Array(#"{"id":"7","properties":\#(mark)}"#.utf8))
        #expect(comment.isPublic == false)
        #expect(try Write.addComment("", to: seven).decode(Array(#"{"id":"7"}"#.utf8)).isPublic == nil)
    }
}
