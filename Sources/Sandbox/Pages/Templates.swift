// SPDX-License-Identifier: Apache-2.0

import Templates

/// The sandbox's pages.
///
/// - Parameter isKept: Whether there is a file that outlives a stop.
func pageTemplates(isKept: Bool) -> PageTemplates {
    let fate =
        isKept
        ? "Its projects and issues stay in its file when it stops; mails and the request log do not."
        : "It forgets everything when it stops."
    return PageTemplates([
        "page": page(fate), "overview": overview, "issue": issue, "log": log, "mailboxes": mailboxes,
        "mailbox": mailbox, "mail": mail, "message": message, "consent": consent,
    ])
}

private func page(_ fate: String) -> String {
    """
    <!doctype html>
    <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
    <title>{{title}} - Sandbox</title><link rel="stylesheet" href="/style.css"></head>
    <body><header><p class="notice"><strong>Sandbox: a stand-in, not Jira.</strong> \(fate)</p>
    <nav><a href="/">Issues</a> <a href="/mail">Mailbox</a> <a href="/log">Request log</a></nav></header>
    <main><h1>{{title}}</h1>
    {{$body}}{{/body}}
    </main></body></html>
    """
}

private let overview = """
    {{<page}}{{$body}}
    <ul>{{#projects}}<li><strong>{{key}}</strong> {{name}}: {{count}} issues</li>{{/projects}}</ul>
    {{^issues}}<p>No issues yet.</p>{{/issues}}
    <table><thead><tr><th scope="col">Key</th><th scope="col">Summary</th><th scope="col">Status</th>
    <th scope="col">Reporter</th><th scope="col">Comments</th><th scope="col">Updated</th></tr></thead><tbody>
    {{#issues}}<tr><td><a href="/browse/{{key}}">{{key}}</a></td><td>{{summary}}</td><td>{{status}}</td>
    <td>{{reporter}}</td><td>{{comments}}</td><td>{{updated}}</td></tr>
    {{/issues}}</tbody></table>
    {{#more}}<p>{{more}} older issues are not shown.</p>{{/more}}
    <h2>Create an issue as a person</h2>
    <form method="post" action="/create"><input type="hidden" name="token" value="{{token}}">
    <p><label>As <select name="as">{{#people}}<option value="{{id}}">{{name}}</option>{{/people}}</select></label>
    <label>Project <select name="project">{{#projects}}<option>{{key}}</option>{{/projects}}</select></label></p>
    <p><label>Summary <input name="summary" required maxlength="255"></label></p>
    <p><label>Description <textarea name="description" rows="4"></textarea></label></p>
    <p><button>Create</button></p></form>
    {{/body}}{{/page}}
    """

private let issue = """
    {{<page}}{{$body}}
    <dl><dt>Type</dt><dd>{{type}}</dd><dt>Status</dt><dd>{{status}}</dd><dt>Priority</dt><dd>{{priority}}</dd>
    <dt>Reporter</dt><dd>{{reporter}}</dd><dt>Assignee</dt><dd>{{assignee}}</dd>
    {{#security}}<dt>Security level</dt><dd><span class="chip">{{security}}</span></dd>{{/security}}
    {{#parent}}<dt>Parent</dt><dd><a href="/browse/{{parent}}">{{parent}}</a></dd>{{/parent}}
    {{#formerKeys}}<dt>Was</dt><dd>{{formerKeys}}</dd>{{/formerKeys}}
    <dt>Labels</dt><dd>{{labels}}</dd><dt>Watchers</dt><dd>{{watchers}}</dd>
    <dt>Created</dt><dd>{{created}}</dd><dt>Updated</dt><dd>{{updated}}</dd></dl>
    {{#hasFields}}<h2>Custom fields</h2><dl>
    {{#fields}}<dt>{{key}}</dt><dd>{{value}}</dd>{{/fields}}</dl>{{/hasFields}}
    <section class="text">{{html}}</section>
    {{#hasSubtasks}}<h2>Sub-tasks</h2><ul>
    {{#subtasks}}<li><a href="/browse/{{key}}">{{key}}</a> {{value}}</li>{{/subtasks}}</ul>{{/hasSubtasks}}
    {{#hasAttachments}}<h2>Attachments</h2><ul>
    {{#attachments}}<li><a href="/sandbox/attachments/{{id}}">{{name}}</a> {{type}}, {{size}} bytes</li>{{/attachments}}
    </ul>{{/hasAttachments}}
    {{#hasProperties}}<details><summary>Entity properties</summary><dl>
    {{#properties}}<dt>{{key}}</dt><dd><code>{{value}}</code></dd>{{/properties}}</dl></details>{{/hasProperties}}
    <h2>Comments</h2>
    {{^comments}}<p>No comments yet.</p>{{/comments}}
    {{#comments}}<article id="comment-{{id}}"><p class="by"><strong>{{author}}</strong> {{created}}
    {{#visibility}}<span class="chip">{{visibility}}</span>{{/visibility}}
    {{#isInternal}}<span class="chip">internal: customers do not see it</span>{{/isInternal}}</p>
    <div class="text">{{html}}</div>
    {{#hasProperties}}<details><summary>Entity properties</summary><dl>
    {{#properties}}<dt>{{key}}</dt><dd><code>{{value}}</code></dd>{{/properties}}</dl></details>{{/hasProperties}}
    </article>{{/comments}}
    <h2>Comment as a person</h2>
    <form method="post" action="/browse/{{key}}/comment"><input type="hidden" name="token" value="{{token}}">
    <p><label>As <select name="as">{{#people}}<option value="{{id}}">{{name}}</option>{{/people}}</select></label></p>
    <p><label>Comment <textarea name="body" rows="4" required></textarea></label></p>
    <p><button>Comment</button></p></form>
    {{/body}}{{/page}}
    """

private let log = """
    {{<page}}{{$body}}
    <p>{{total}} requests so far; the newest come first. Bodies are not kept.</p>
    <table><thead><tr><th scope="col">Time</th><th scope="col">Method</th><th scope="col">Path</th>
    <th scope="col">Status</th></tr></thead><tbody>
    {{#entries}}<tr><td>{{time}}</td><td>{{method}}</td><td>{{path}}</td><td>{{status}}</td></tr>
    {{/entries}}</tbody></table>
    {{/body}}{{/page}}
    """

private let mailboxes = """
    {{<page}}{{$body}}
    <p>Everything that is sent to port {{port}} of this machine by SMTP ends here. Nothing is sent on.</p>
    {{^boxes}}<p>No mail yet.</p>{{/boxes}}
    <ul>{{#boxes}}<li><a href="/mail/box?address={{link}}">{{address}}</a> {{count}}</li>{{/boxes}}</ul>
    {{#canSend}}<h2>Write a mail</h2>
    <form method="post" action="/mail/send"><input type="hidden" name="token" value="{{token}}">
    <p><label>From <input name="from" type="email" required></label>
    <label>To <input name="to" type="email" required></label></p>
    <p><label>Subject <input name="subject"></label></p>
    <p><label>Text <textarea name="text" rows="6"></textarea></label></p>
    <p><button>Send</button></p></form>{{/canSend}}
    {{/body}}{{/page}}
    """

private let mailbox = """
    {{<page}}{{$body}}
    <table><thead><tr><th scope="col">Received</th><th scope="col">From</th><th scope="col">Subject</th></tr></thead>
    <tbody>{{#mails}}<tr><td>{{received}}</td><td>{{from}}</td><td><a href="{{link}}">{{subject}}</a></td></tr>
    {{/mails}}</tbody></table>
    {{/body}}{{/page}}
    """

private let mail = """
    {{<page}}{{$body}}
    <dl><dt>From</dt><dd>{{from}}</dd><dt>To</dt><dd>{{to}}</dd><dt>Received</dt><dd>{{received}}</dd></dl>
    <pre>{{text}}</pre>
    {{#html}}<details><summary>HTML source</summary><pre>{{html}}</pre></details>{{/html}}
    {{#hasAttachments}}<h2>Attachments</h2><ul>{{#attachments}}<li>{{.}}</li>{{/attachments}}</ul>{{/hasAttachments}}
    <details><summary>Header</summary><pre>{{#fields}}{{name}}: {{value}}
    {{/fields}}</pre></details>
    <p><a href="/sandbox/mail/{{id}}">The mail as it came</a></p>
    {{#canSend}}<h2>Reply</h2>
    <form method="post" action="/mail/reply"><input type="hidden" name="token" value="{{token}}">
    <input type="hidden" name="mail" value="{{id}}">
    <p><label>As <select name="as">{{#recipients}}<option>{{.}}</option>{{/recipients}}</select></label> to
    {{answerTo}}</p>
    <p><label>Text <textarea name="text" rows="6" required></textarea></label></p>
    <p><button>Reply</button></p></form>{{/canSend}}
    {{^canSend}}<p>The sandbox was started without the port of an SMTP listener, so there is no reply form.</p>{{/canSend}}
    {{/body}}{{/page}}
    """

private let message = """
    {{<page}}{{$body}}<p>{{text}}</p><p><a href="{{link}}">Back</a></p>{{/body}}{{/page}}
    """

private let consent = """
    {{<page}}{{$body}}
    <p>The app <strong>{{app}}</strong> wants to act as <strong>{{person}}</strong> on {{site}}, with these scopes:</p>
    <ul>{{#scopes}}<li><code>{{.}}</code></li>{{/scopes}}</ul>
    <form method="post" action="{{action}}"><input type="hidden" name="token" value="{{token}}">
    <p><button name="answer" value="yes">Accept</button> <button name="answer" value="no">Decline</button></p></form>
    {{/body}}{{/page}}
    """

let styleSheet = """
    :root { color-scheme: light dark; --line: #8886; --soft: #8882; }
    body { font: 1rem/1.5 system-ui, sans-serif; max-width: 70rem; margin: 0 auto; padding: 0 1rem 4rem; }
    header { border-bottom: 1px solid var(--line); margin-bottom: 1rem; }
    .notice { background: #b45309; color: #fff; padding: .3rem .6rem; margin: 0 -1rem; }
    nav a { margin-right: 1rem; }
    table { border-collapse: collapse; width: 100%; }
    th, td { border-bottom: 1px solid var(--line); padding: .3rem .5rem; text-align: left; vertical-align: top; }
    article, .text { border: 1px solid var(--line); border-radius: .3rem; padding: .3rem .8rem; margin: .6rem 0; }
    article .text { border: 0; padding: 0; }
    .by { margin: 0; }
    .chip, code { background: var(--soft); border-radius: .2rem; padding: 0 .3rem; }
    pre { background: var(--soft); padding: .6rem; overflow: auto; white-space: pre-wrap; overflow-wrap: anywhere; }
    blockquote { border-left: .2rem solid var(--line); margin-left: 0; padding-left: .8rem; }
    dl { display: grid; grid-template-columns: max-content 1fr; gap: 0 1rem; }
    dd { margin: 0; overflow-wrap: anywhere; }
    textarea { width: 100%; box-sizing: border-box; font: inherit; }
    input, select, button { font: inherit; }
    """
