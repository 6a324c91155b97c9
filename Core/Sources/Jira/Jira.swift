// SPDX-License-Identifier: Apache-2.0

// Jira: its words, and what one can ask of it, as values.
//
// Verbs: `Event(decoding:)` makes one value of a webhook's body, in whatever shape Cloud or Data Center sent it.
// `Read.…` and `Write.…` make requests: a value that knows its method, path, query, body and how to decode its answer.
// `IssueKey.all(in:)` finds keys in a subject.
//
// A request cannot be sent from here; WebClient does that. What only looks is a `Read<Answer>`, what changes something is
// a `Write<Answer>` or an `Upload`, and no function takes one for the other. So a rehearsal, which is given only reads,
// cannot write.
//
// Ids are types and are checked once, when they are made. The numeric issue id is what may be kept: a key changes when the
// issue moves. Accounts are known by id; the address of one may be hidden.
//
// Requests know two languages, and whoever sends one says which (`Deployment`): Jira Cloud's REST v3, where rich text is an
// Atlassian document, and Data Center's REST v2, where it is wiki markup. Webhooks carry wiki markup even on Cloud, so text
// is `RichText`, which is one or the other.
//
// Unknown keys in answers and events are ignored, since Jira adds keys without notice. What lacks its id is `Unreadable`;
// the error names the place and never the content.
//
// Never here: the network, a clock, credentials.
