// SPDX-License-Identifier: Apache-2.0

// Markup: what the person wrote, safe, and in the format that Jira takes.
//
// One tree, `Document`, stands between HTML, plain text, Markdown and Jira's two formats: wiki markup and Atlassian
// Document Format (ADF).
//
//     Document(html:)   Document(text:)          read; never fail, name what they leave out in `defects`
//     document.adf      .wiki                    write for Jira; valid, the text of persons escaped
//     document.text     .markdown      .html     write for people; readable, safe for every document
//     document.cut(toFit:)                       keep to a length, cut at the edge of a block
//     trim(_:)                                   part the reply from quotes, signatures and forwarded mail
//     pictureRoles(of:in:)                       whether a picture is worth keeping, or is a logo or a quote's
//     sanitize(_:)                               the sender's own HTML, for a person's browser
//     escapedHTML(_:)                            text in a page
//     TextPattern                                an administrator's expression, matched in bounded time
//     document.removingMatches(of:)              the document without what such expressions match
//     JSONValue                                  ADF, and whatever else Jira says in JSON
//
// Invariants: each line of a body that is not blank is in `Trimmed.reply` or `Trimmed.elided` exactly once; when in doubt
// it is in the reply, because to lose words is worse than to keep a quote. HTML is written anew from what was understood,
// never passed on. Time and memory are bounded for every input: a mail is an attack until it is shown not to be.
//
// Never: read a file or the network, run anything of a mail, or keep a picture that would be loaded from elsewhere.
