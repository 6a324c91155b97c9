// SPDX-License-Identifier: Apache-2.0

// WebClient: all outgoing HTTPS.
//
// Verbs: `JiraSite.get(read)`, `JiraSite.perform(write)`, `JiraSite.perform(upload, body:length:)`, `JiraSite.perform(download,
// atMost:into:)`. Requests are values of
// Core's module Jira; here they are sent and their answers judged. `HTTPConnections` keeps connections and is closed once,
// at the end. `S3Bucket` keeps, gives, lists and deletes objects; `SQSQueue` sends, receives
// and deletes messages.
//
// Every failure is a `WebClientError` that says when to try again; of a bucket or queue an `AWSError`. Nothing is tried twice
// here, since the caller keeps a queue of jobs and reconciles writes by reading; but a read is whose kept connection the server
// had closed, and what a bucket or queue is asked, since that does no harm.
//
// Bounds: no redirect is followed but for the bytes of a file, and then nothing goes along that says who asks: so credentials go
// only where the operator pointed. Addresses in private networks are
// refused unless the connection allows them, by the address that was really connected to. An answer has a greatest size and
// a greatest time; with a bucket or queue a greatest silence, since a letter of many megabytes may take long on a slow line. A file
// is streamed, up or down, and is never whole in memory; of what goes to and comes from a bucket four parts of 8 MiB are there at most.
//
// Never here: a decision what to send, a log of what was sent, a secret or a mail's text in an error.
