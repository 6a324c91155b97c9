// SPDX-License-Identifier: Apache-2.0

import Jira
import Markup
import Templates

/// In what words? Those of the mapping's templates, or of the default ones.
func write(
    _ events: [Event], to addresses: [String], under mapping: NotificationMapping, _ notice: inout NoticeDeliberation
) throws(Inquiry) -> OutgoingMail {
    guard let issue = notice.issue else { preconditionFailure("a notice is written for an issue") }
    let root = try notice.facts.threadRoot(issue.id)
    let values = noticeValues(issue, events, site: notice.rules.sites[mapping.connection] ?? "")
    let own = mapping.template
    let subject = render(own.subject, or: NoticeDefaults.subject, as: .text, values, &notice)
    return OutgoingMail(
        outbound: mapping.outbound, returnPath: mapping.from, from: mapping.from, fromName: mapping.fromName,
        recipients: addresses, subject: subject.split(whereSeparator: \.isNewline).joined(separator: " "),
        text: render(own.text, or: NoticeDefaults.text, as: .text, values, &notice),
        html: render(own.html, or: NoticeDefaults.html, as: .html, values, &notice), inReplyTo: [],
        references: root.map { [$0] } ?? [], automatic: .generated)
}

/// A template that cannot be used must not keep the news back: the default stands in, and the report says so.
private func render(
    _ own: String?, or fallback: String, as format: Template.Format, _ values: TemplateValue,
    _ notice: inout NoticeDeliberation
) -> String {
    if let own {
        do throws(TemplateError) {
            return try Template(parsing: own, as: format).render(values)
        } catch {
            notice.findings.append(.templateBroken(error.description))
        }
    }
    do throws(TemplateError) {
        return try Template(parsing: fallback, as: format).render(values)
    } catch {
        notice.findings.append(.templateBroken(error.description))
        return "News of \(notice.issue?.key.rawValue ?? "an issue")"
    }
}

/// What templates can show.
private func noticeValues(_ issue: IssueFact, _ events: [Event], site: String) -> TemplateValue {
    .map([
        "issue": .map([
            "key": .text(issue.key.rawValue), "summary": .text(issue.summary), "status": .text(issue.status),
            "url": .text(site.isEmpty ? "" : "\(site)/browse/\(issue.key)"),
        ]),
        "events": .list(events.map(noticeValues)),
    ])
}

private func noticeValues(_ event: Event) -> TemplateValue {
    let isComment = event.kind == .commentCreated
    let written = isComment ? event.comment?.body : event.issue?.text
    let document = Document(text: plain(written))
    return .map([
        "created": .flag(!isComment), "commented": .flag(isComment),
        "author": .text(event.actor?.displayName ?? event.issue?.reporter?.displayName ?? "Somebody"),
        "text": .text(document.text), "html": .html(document.html),
    ])
}

/// Webhooks carry wiki markup, which reads as plain text well enough.
private func plain(_ text: RichText?) -> String {
    guard case .wiki(let wiki) = text else { return "" }
    return wiki
}

/// The words of a notice whose mapping has none of its own.
public enum NoticeDefaults {
    public static let subject = "[{{issue.key}}] {{issue.summary}}"

    public static let text = """
        {{#events}}
        {{#created}}
        {{author}} opened {{issue.key}}:
        {{/created}}
        {{#commented}}
        {{author}} commented on {{issue.key}}:
        {{/commented}}

        {{text}}

        {{/events}}
        {{#issue.url}}
        {{issue.url}}
        {{/issue.url}}
        """

    public static let html = """
        {{#events}}
        <p>{{#created}}<b>{{author}}</b> opened {{issue.key}}:{{/created}}\
        {{#commented}}<b>{{author}}</b> commented on {{issue.key}}:{{/commented}}</p>
        <div>{{html}}</div>
        {{/events}}
        {{#issue.url}}
        <p><a href="{{issue.url}}">{{issue.key}}: {{issue.summary}}</a></p>
        {{/issue.url}}
        """
}
