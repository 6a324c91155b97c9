// SPDX-License-Identifier: Apache-2.0

import Jira
import Markup
import Planning

/// Events for tests: what happened to `HELP-7`.
enum Happening {
    static let issue = Jira.Issue(
        id: "10042", key: "HELP-7",
        fields: [
            "summary": "The printer", "description": "It prints <b>stripes</b> & dots.",
            "project": ["id": "10000", "key": "HELP", "name": "Help"],
        ])

    static func opened(by actor: Account? = .ada) -> Event {
        Event(kind: .issueCreated, time: nil, issueID: "10042", issue: issue, actor: actor)
    }

    static func commented(
        _ id: CommentID = "500", by actor: Account? = .bob, visibility: Visibility? = nil, isPublic: Bool? = nil,
        kind: Event.Kind = .commentCreated, issue: Jira.Issue? = Happening.issue
    ) -> Event {
        Event(
            kind: kind, time: nil, issueID: "10042", issue: issue,
            comment: Comment(
                id: id, author: actor, body: .wiki("A new <cartridge> is in."), visibility: visibility,
                isPublic: isPublic),
            actor: actor)
    }

    static func other(_ name: String = "sprint_closed") -> Event {
        Event(kind: .other(name), time: nil, issueID: nil)
    }
}

extension NotificationMapping {
    static let news = NotificationMapping(id: "news", outbound: "relay", from: "support@example.com")

    func with(_ change: (inout NotificationMapping) -> Void) -> NotificationMapping {
        var copy = self
        change(&copy)
        return copy
    }
}

extension NoticeRules {
    static func rules(_ mappings: NotificationMapping...) -> NoticeRules {
        NoticeRules(
            mappings: mappings, catchAddresses: ["support@example.com", "@tickets.example.com"],
            sites: ["jira": "https://example.atlassian.net"])
    }
}

extension World {
    func notice(_ events: [Event], under rules: NoticeRules = .rules(.news)) -> Plan {
        settle { facts throws(Inquiry) in try decide(events, under: rules, knowing: facts) }.plan
    }
}

extension Plan {
    var mails: [OutgoingMail] {
        actions.compactMap { if case .send(let mail) = $0 { mail } else { nil } }
    }
}
