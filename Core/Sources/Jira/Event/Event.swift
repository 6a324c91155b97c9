// SPDX-License-Identifier: Apache-2.0

public import Foundation
import Markup

/// What a webhook tells, in one shape for Cloud and Data Center.
///
/// Deliveries come in any order, may repeat and may be missing: an event is a hint to look, and its texts are what was
/// true then.
public struct Event: Hashable, Codable, Sendable {
    public let kind: Kind

    /// When it happened, by Jira's clock.
    public let time: Date?

    /// The same in each repetition of one delivery (`X-Atlassian-Webhook-Identifier`). Data Center sends none.
    public let delivery: String?

    /// Data Center's comment events name the issue by its id alone.
    public let issueID: IssueID?

    /// What the event carries of the issue, which may be few fields.
    public let issue: Issue?

    /// With wiki markup as its body. A comment comes twice, as an event of its own and in an event of its issue: tell them
    /// apart by the comment's id.
    public let comment: Comment?

    /// Who did it. Cloud does not say who deleted a comment.
    public let actor: Account?

    public let changes: [Change]

    public init(
        kind: Kind, time: Date?, delivery: String? = nil, issueID: IssueID?, issue: Issue? = nil,
        comment: Comment? = nil, actor: Account? = nil, changes: [Change] = []
    ) {
        self.kind = kind
        self.time = time
        self.delivery = delivery
        self.issueID = issueID
        self.issue = issue
        self.comment = comment
        self.actor = actor
        self.changes = changes
    }
}

/// One field that an event changed.
public struct Change: Hashable, Codable, Sendable {
    /// The field's name: `status`, `Fix Version`.
    public let field: String

    /// Not on old servers: `customfield_10010`.
    public let fieldID: String?

    /// Ids or raw values.
    public let from: String?
    public let to: String?

    /// What people read.
    public let fromText: String?
    public let toText: String?

    public init(
        field: String, fieldID: String? = nil, from: String? = nil, to: String? = nil, fromText: String? = nil,
        toText: String? = nil
    ) {
        self.field = field
        self.fieldID = fieldID
        self.from = from
        self.to = to
        self.fromText = fromText
        self.toText = toText
    }
}

extension Change: Readable {
    init(at place: Place) throws(Unreadable) {
        field = try place.required("field").string()
        fieldID = place["fieldId"]?.text
        from = place["from"]?.text
        to = place["to"]?.text
        fromText = place["fromString"]?.text
        toText = place["toString"]?.text
    }
}
