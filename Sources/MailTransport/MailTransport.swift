// SPDX-License-Identifier: Apache-2.0

// MailTransport: letters come in by IMAP and SMTP and go out by SMTP, on SwiftNIO.
//
// Verbs:
//   SMTPServer.start(_:delivering:logger:), shutDown(within:)   receive, for a MailReception of the caller's
//   SMTPClient.deliver(_:envelope:), session(_:), probe()       send
//   MailSource                                                  fetch from a mailbox (IMAP/)
//
// What every part of it keeps to:
//   - The protocol is a machine without a socket where both sides can be tested as a dialogue (SMTPServerMachine), or
//     straight-line code over a Connection where we only ask and hear (the clients).
//   - Callers decide. The module knows no store, no tenant and no profile: who may receive, what becomes of a letter and
//     when to try again are questions to the caller, or values in a MailTransportError.
//   - SMTP says 250 to a letter only after the caller's sink has said that it is durable. Nothing is ever relayed.
//   - Everything the other side sends has a limit: lines, letters, recipients, errors, connections, time. Reading stops
//     while the caller is busy.
//   - Passwords go over TLS or to the own machine, never into a transcript, an error or a description. Certificates are
//     checked unless the configuration says otherwise in so many words. What came in the open before TLS is forgotten.
//   - A failure names the server's own words, bounded and scrubbed, and says whether another attempt can help.
//
// It never reads the clock to decide anything but a time limit, never writes a file, and never logs a letter's content.
