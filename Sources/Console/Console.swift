// SPDX-License-Identifier: Apache-2.0

// Console: the doors that people, probes and Jira come in by.
//
// Verbs: `ConsoleServer.start` listens until `RunningConsole.stop`; `createFirstAccounts` makes the accounts of a new
// installation; `webhookPath(of:)` says where a tenant's Jira sends its events.
//
//   Doors/      all addresses (`Route`), who may use each (`Access`), and what goes for every answer: headers, transport
//   SignIn/     accounts, sessions, the limits of guessing
//   Webhooks/   Jira's events, verified over raw bytes and durable before they are answered
//   API/        /health, /ready, /metrics
//   Pages/      what a person sees, one folder for each topic
//   Assets/     the style sheet
//
// Invariants
//  - A page is registered through `Doors` only, with the access that its route names: a tenant admin's page is given that
//    tenant's rows and no other's; an operator's page is given no letter, address or configuration to show.
//  - Every text is escaped when a page is rendered; only HTML that `Markup.sanitize` or a template wrote is not.
//  - Everything that changes something is a POST with the session's own token.
//  - Works without script, and the answers forbid it.
//
// It must never decide about a letter, write to Jira, send mail, show a secret, or log what a letter says.
