// SPDX-License-Identifier: Apache-2.0

/// A step of the schema, for both engines. One that was released is never edited.
struct Migration: Sendable {
    var name: String
    /// In SQLite's words.
    var sql: String

    static let all = [
        Migration(name: "0001 tenants and configuration", sql: tenants),
        Migration(name: "0002 letters and events", sql: jobs),
        Migration(name: "0003 audit and look-ups", sql: audit),
        Migration(name: "0004 opting out of auditing", sql: optingOut),
        Migration(name: "0005 trail of deeds", sql: trail),
        Migration(name: "0006 last try of an action", sql: lastTries),
        Migration(name: "0007 terms of keeping", sql: terms),
        Migration(name: "0008 holdings and flags", sql: holdings),
        Migration(name: "0009 alerts of waiting work", sql: alerts),
        Migration(name: "0010 forgetting of issues", sql: forgetting),
        Migration(name: "0011 states of bodies", sql: bodyStates),
        Migration(name: "0012 several processes", sql: sharing),
        Migration(name: "0013 what is looked up often", sql: lookUps),
        Migration(name: "0014 bodies by their files", sql: bodyFiles),
        Migration(name: "0015 restores", sql: restores),
        Migration(name: "0016 words of records", sql: words),
        Migration(name: "0017 ends of tenants, last sweep", sql: ends),
    ]

    /// The same in PostgreSQL's words. Text is compared byte for byte there too, whatever the database's collation.
    var postgreSQL: String {
        let words = [
            (") STRICT, WITHOUT ROWID;", ");"), (") STRICT;", ");"), (" TEXT", " TEXT COLLATE \"C\""),
            (" BLOB", " BYTEA"), (" INTEGER", " BIGINT"),
        ]
        return words.reduce(sql) { $0.replacing($1.0, with: $1.1) }
    }

    /// - Parameter what: The place whose schema is newer than these.
    static func superseded(_ what: String) -> StoreError {
        StoreError(
            .newerSchema,
            "This \(what) was last used by a newer Martlet. Start that version, or restore a backup made before it.")
    }
}

// Clear columns are ids, times (milliseconds since 1970), states and keyed hashes. All else is sealed.

private let tenants = """
    CREATE TABLE installation (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        payload BLOB NOT NULL
    ) STRICT;
    CREATE TABLE tenants (
        id TEXT PRIMARY KEY CHECK (length(id) BETWEEN 1 AND 40),
        created_at INTEGER NOT NULL,
        payload BLOB NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE accounts (
        name BLOB PRIMARY KEY,
        tenant TEXT REFERENCES tenants ON DELETE CASCADE,
        payload BLOB NOT NULL
    ) STRICT;
    CREATE TABLE sessions (
        token BLOB PRIMARY KEY,
        account BLOB NOT NULL REFERENCES accounts ON DELETE CASCADE,
        expires_at INTEGER NOT NULL,
        payload BLOB NOT NULL
    ) STRICT;
    CREATE INDEX sessions_account ON sessions (account);
    CREATE INDEX sessions_expiry ON sessions (expires_at);
    CREATE TABLE configuration (
        tenant TEXT NOT NULL REFERENCES tenants ON DELETE CASCADE,
        kind TEXT NOT NULL
            CHECK (kind IN ('source', 'outbound', 'profile', 'connection', 'notification', 'template')),
        id TEXT NOT NULL,
        revision INTEGER NOT NULL CHECK (revision > 0),
        changed_at INTEGER NOT NULL,
        payload BLOB NOT NULL,
        PRIMARY KEY (tenant, kind, id)
    ) STRICT;
    CREATE TABLE secrets (
        tenant TEXT NOT NULL,
        kind TEXT NOT NULL,
        id TEXT NOT NULL,
        name TEXT NOT NULL,
        payload BLOB NOT NULL,
        PRIMARY KEY (tenant, kind, id, name),
        FOREIGN KEY (tenant, kind, id) REFERENCES configuration ON DELETE CASCADE
    ) STRICT;
    """

private let jobs = """
    CREATE TABLE jobs (
        id TEXT PRIMARY KEY CHECK (length(id) = 26),
        tenant TEXT NOT NULL REFERENCES tenants ON DELETE CASCADE,
        line TEXT NOT NULL CHECK (line IN ('letter', 'event')),
        source TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('received', 'planned', 'executing', 'done', 'failed', 'parked')),
        received_at INTEGER NOT NULL,
        due_at INTEGER,
        attempts INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
        interruptions INTEGER NOT NULL DEFAULT 0 CHECK (interruptions >= 0),
        identity BLOB,
        sender BLOB,
        kept_until INTEGER NOT NULL,
        size INTEGER NOT NULL CHECK (size >= 0),
        body_file TEXT NOT NULL,
        body_offset INTEGER NOT NULL CHECK (body_offset >= 0),
        body_length INTEGER NOT NULL CHECK (body_length > 0),
        pending_key BLOB,
        kept_key BLOB NOT NULL,
        payload BLOB NOT NULL,
        plan BLOB,
        said BLOB,
        CHECK ((due_at IS NOT NULL) = (state IN ('received', 'planned', 'executing'))),
        CHECK (pending_key IS NOT NULL OR state IN ('done', 'failed'))
    ) STRICT;
    CREATE UNIQUE INDEX jobs_identity ON jobs (tenant, line, source, identity) WHERE identity IS NOT NULL;
    CREATE INDEX jobs_due ON jobs (line, due_at) WHERE due_at IS NOT NULL;
    CREATE INDEX jobs_state ON jobs (tenant, line, state, id);
    CREATE INDEX jobs_kept ON jobs (kept_until) WHERE state IN ('done', 'failed');
    CREATE INDEX jobs_dropped ON jobs (body_file) WHERE length(kept_key) = 0;
    CREATE INDEX jobs_received ON jobs (received_at);
    CREATE INDEX jobs_sender ON jobs (tenant, sender, received_at) WHERE sender IS NOT NULL;
    CREATE TABLE marks (
        job TEXT NOT NULL REFERENCES jobs ON DELETE CASCADE,
        decider TEXT NOT NULL,
        ordinal INTEGER NOT NULL CHECK (ordinal >= 0),
        begun_at INTEGER NOT NULL,
        ended_at INTEGER,
        result BLOB,
        PRIMARY KEY (job, decider, ordinal),
        CHECK ((ended_at IS NULL) = (result IS NULL))
    ) STRICT;
    """

private let audit = """
    CREATE TABLE audit (
        job TEXT PRIMARY KEY,
        tenant TEXT NOT NULL REFERENCES tenants ON DELETE CASCADE,
        line TEXT NOT NULL CHECK (line IN ('letter', 'event')),
        kind TEXT NOT NULL,
        disposition TEXT NOT NULL,
        finished_at INTEGER NOT NULL,
        kept_until INTEGER NOT NULL,
        sender BLOB,
        payload BLOB NOT NULL
    ) STRICT;
    CREATE INDEX audit_newest ON audit (tenant, finished_at, job);
    CREATE INDEX audit_disposition ON audit (tenant, disposition, finished_at, job);
    CREATE INDEX audit_kept ON audit (kept_until);
    CREATE INDEX audit_sender ON audit (tenant, sender, finished_at, job) WHERE sender IS NOT NULL;
    CREATE TABLE message_ids (
        tenant TEXT NOT NULL REFERENCES tenants ON DELETE CASCADE,
        hash BLOB NOT NULL,
        seen_at INTEGER NOT NULL,
        payload BLOB NOT NULL,
        PRIMARY KEY (tenant, hash)
    ) STRICT;
    CREATE TABLE comment_senders (
        tenant TEXT NOT NULL REFERENCES tenants ON DELETE CASCADE,
        hash BLOB NOT NULL,
        seen_at INTEGER NOT NULL,
        payload BLOB NOT NULL,
        PRIMARY KEY (tenant, hash)
    ) STRICT;
    CREATE TABLE mailboxes (
        tenant TEXT NOT NULL REFERENCES tenants ON DELETE CASCADE,
        source TEXT NOT NULL,
        changed_at INTEGER NOT NULL,
        payload BLOB NOT NULL,
        PRIMARY KEY (tenant, source)
    ) STRICT;
    CREATE TABLE health (
        tenant TEXT NOT NULL REFERENCES tenants ON DELETE CASCADE,
        source TEXT NOT NULL,
        is_online INTEGER NOT NULL CHECK (is_online IN (0, 1)),
        changed_at INTEGER NOT NULL,
        checked_at INTEGER NOT NULL,
        payload BLOB NOT NULL,
        PRIMARY KEY (tenant, source)
    ) STRICT;
    """

private let optingOut = """
    ALTER TABLE tenants ADD COLUMN is_audited INTEGER NOT NULL DEFAULT 1 CHECK (is_audited IN (0, 1));
    """

private let trail = """
    CREATE TABLE trail (
        owner TEXT NOT NULL,
        number INTEGER NOT NULL CHECK (number > 0),
        done_at INTEGER NOT NULL,
        payload BLOB NOT NULL,
        chain BLOB NOT NULL,
        PRIMARY KEY (owner, number)
    ) STRICT;
    """

private let lastTries = """
    ALTER TABLE marks ADD COLUMN tried_at INTEGER NOT NULL DEFAULT 0;
    """

private let terms = """
    CREATE TABLE terms (
        tenant TEXT NOT NULL REFERENCES tenants ON DELETE CASCADE,
        since INTEGER NOT NULL,
        mail_days INTEGER NOT NULL CHECK (mail_days > 0),
        event_days INTEGER NOT NULL CHECK (event_days > 0),
        PRIMARY KEY (tenant, since)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO terms (tenant, since, mail_days, event_days) SELECT id, 0, 30, 7 FROM tenants;
    """

private let holdings = """
    CREATE TABLE holdings (
        tenant TEXT NOT NULL REFERENCES tenants ON DELETE CASCADE,
        kind TEXT NOT NULL CHECK (kind IN ('case', 'preview', 'sent', 'purchase', 'external')),
        id TEXT NOT NULL,
        about BLOB,
        made_at INTEGER NOT NULL,
        kept_until INTEGER,
        payload BLOB NOT NULL,
        PRIMARY KEY (tenant, kind, id)
    ) STRICT;
    CREATE INDEX holdings_about ON holdings (tenant, kind, about) WHERE about IS NOT NULL;
    CREATE INDEX holdings_kept ON holdings (kept_until) WHERE kept_until IS NOT NULL;
    CREATE TABLE flags (
        tenant TEXT NOT NULL REFERENCES tenants ON DELETE CASCADE,
        job TEXT NOT NULL REFERENCES jobs ON DELETE CASCADE,
        flagged_at INTEGER NOT NULL,
        PRIMARY KEY (tenant, job)
    ) STRICT, WITHOUT ROWID;
    """

private let alerts = """
    ALTER TABLE jobs ADD COLUMN alerted INTEGER NOT NULL DEFAULT 0 CHECK (alerted >= 0);
    """

// Rows from before have no issue, and are not forgotten with theirs.
private let forgetting = """
    ALTER TABLE message_ids ADD COLUMN issue BLOB;
    CREATE INDEX message_ids_issue ON message_ids (tenant, issue) WHERE issue IS NOT NULL;
    """

// Of a body of its own: 1 it may bear the mark for its end in a bucket, 2 it bears it, 3 it is removed.
private let bodyStates = """
    ALTER TABLE jobs ADD COLUMN body_state INTEGER NOT NULL DEFAULT 0 CHECK (body_state IN (0, 1, 2, 3));
    DROP INDEX jobs_dropped;
    CREATE INDEX jobs_dropped ON jobs (id)
        WHERE length(kept_key) = 0 AND pending_key IS NULL AND body_state < 3 AND body_file LIKE '%.body';
    CREATE INDEX jobs_unmarked ON jobs (id)
        WHERE state IN ('done', 'failed') AND body_state < 2 AND body_file LIKE '%.body' AND length(kept_key) > 0;
    CREATE INDEX jobs_marked ON jobs (id) WHERE body_state IN (1, 2) AND state NOT IN ('done', 'failed');
    """

private let sharing = """
    CREATE TABLE processes (
        id TEXT PRIMARY KEY CHECK (length(id) = 26),
        beat INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE leases (
        name TEXT PRIMARY KEY,
        process TEXT NOT NULL REFERENCES processes ON DELETE CASCADE
    ) STRICT;
    CREATE INDEX leases_process ON leases (process);
    ALTER TABLE jobs ADD COLUMN process TEXT REFERENCES processes ON DELETE SET NULL;
    ALTER TABLE jobs ADD COLUMN lane BLOB;
    CREATE INDEX jobs_lane ON jobs (tenant, lane, id) WHERE lane IS NOT NULL;
    CREATE INDEX jobs_process ON jobs (process) WHERE process IS NOT NULL;
    """

private let lookUps = """
    CREATE INDEX accounts_tenant ON accounts (tenant);
    CREATE INDEX audit_job ON audit (tenant, job);
    CREATE INDEX comment_senders_seen ON comment_senders (tenant, seen_at);
    CREATE INDEX flags_job ON flags (job);
    DROP INDEX holdings_kept;
    CREATE INDEX holdings_kept ON holdings (tenant, kept_until) WHERE kept_until IS NOT NULL;
    CREATE INDEX jobs_interrupted ON jobs (line, due_at) WHERE interruptions > 0 AND due_at IS NOT NULL;
    CREATE INDEX jobs_unfinished ON jobs (tenant, line, id) WHERE state NOT IN ('done', 'failed');
    """

private let bodyFiles = """
    CREATE INDEX jobs_body_file ON jobs (body_file);
    """

private let restores = """
    ALTER TABLE installation ADD COLUMN restore TEXT;
    """

// Of what was recorded before there are none.
private let words = """
    CREATE TABLE words (
        tenant TEXT NOT NULL REFERENCES tenants ON DELETE CASCADE,
        hash BLOB NOT NULL,
        job TEXT NOT NULL REFERENCES audit ON DELETE CASCADE,
        PRIMARY KEY (tenant, hash, job)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX words_job ON words (job);
    """

private let ends = """
    ALTER TABLE tenants ADD COLUMN ends_at INTEGER;
    CREATE INDEX tenants_ending ON tenants (ends_at) WHERE ends_at IS NOT NULL;
    ALTER TABLE installation ADD COLUMN swept_at INTEGER;
    """
