// SPDX-License-Identifier: Apache-2.0

import Planning
import Store
import Templates
import Vault

/// What stands around every page.
struct Frame: Sendable {
    let title: String
    let account: String?
    let tenant: String?
    let isAdmin: Bool
    let isOperator: Bool
    let token: String
    let body: TrustedHTML

    init(title: String, visitor: Visitor?, body: TrustedHTML) {
        self.title = title
        account = visitor?.account
        tenant = visitor?.tenant?.rawValue
        isAdmin = visitor?.tenant != nil
        isOperator = visitor?.role == .operator
        token = visitor?.formToken.reveal() ?? ""
        self.body = body
    }
}

struct MessagePage: Sendable {
    let words: String
}

/// All templates.
let templates = PageTemplates([
    "frame": frame, "message": "<p>{{words}}</p><p><a href=\"/\">To the start</a></p>",
    "sign-in": SignInPage.template, "work-list": WorkList.template, "work": WorkPage.template,
    "letter-html": HTMLPage.template, "letter-text": TextPage.template,
    "sources": SourcesPage.template, "configuration": ConfigurationPage.template,
    "connect": ConnectPage.template, "installation": InstallationPage.template, "trail": TrailPage.template,
])

private let frame = """
    <!doctype html>
    <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
    <title>{{title}} - Martlet</title><link rel="stylesheet" href="/style.css"></head>
    <body><a class="skip" href="#main">Skip to the content</a>
    <header><span class="name">Martlet</span>
    {{#account}}<nav aria-label="Main">
    {{#isAdmin}}<a href="/letters">Letters</a> <a href="/events">Events</a> <a href="/sources">Sources</a>
    <a href="/configuration">Configuration</a> <a href="/trail">Trail</a>{{/isAdmin}}
    {{#isOperator}}<a href="/installation">Installation</a> <a href="/installation/trail">Trail</a>{{/isOperator}}</nav>
    <form method="post" action="/sign-out"><input type="hidden" name="token" value="{{token}}">
    <span>{{account}}{{#tenant}} of {{tenant}}{{/tenant}}</span> <button>Sign out</button></form>{{/account}}
    </header>
    <main id="main" tabindex="-1"><h1>{{title}}</h1>
    {{body}}
    </main></body></html>
    """
