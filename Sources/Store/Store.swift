// SPDX-License-Identifier: Apache-2.0

// Store: what is kept, for which tenant.
//
// Verbs:   `InstallationStore.open`, `createTenant`, `removeTenant`, `tenant(_:)` and all of `TenantStore`, the only door to
//          a tenant's rows; `write` with the `Step`s of a job's work; `claim`, `changes`, `nextDue`, `interrupted` for
//          workers; `sweep` for what is kept no longer; `backUp` and `restore`; `exportTenant` and
//          `importTenant`; `trail` for what people did; `traces` and
//          `erase` for what is kept of one person; accounts and sessions for the console.
//
// Keeping: rows in SQLite or PostgreSQL, a few clear columns and one sealed payload each; bodies in append-only segments or,
//          when large, in sealed files of their own. All writes go through one committer: those that wait share one flush
//          and one commit, and each is answered only after it.
//
// Invariants
//  - What a write returned is durable and sealed; a body is durable before the row that names it.
//  - A write that fails is undone alone and in full.
//  - No statement reads across tenants, but for those of the whole installation: what workers take (`claim`, `nextDue`,
//    `interrupted`), the sweep, the figures, the backup, and which body files a row still names.
//  - A sealed value opens only in its own row and column.
//  - A job's pending key goes when the job ends; what is kept of it then opens by the class's key alone.
//
// It must never log, show a database's type to its callers, decide anything about a letter, or read the clock.
