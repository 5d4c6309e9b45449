-- SPDX-License-Identifier: GPL-3.0-or-later
-- Times are milliseconds since the epoch, UTC. Statements are separated by a semicolon at the end of a line.

CREATE TABLE meta (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE keys (
    id TEXT PRIMARY KEY,
    secret_hash BLOB NOT NULL UNIQUE,   -- SHA-256 of the secret; the secret itself is nowhere
    label TEXT NOT NULL,
    prefix TEXT NOT NULL,
    tail TEXT NOT NULL,
    disabled INTEGER NOT NULL,
    inherits_limits INTEGER NOT NULL,
    concurrency INTEGER,
    models TEXT NOT NULL,               -- JSON list; empty: all
    expires_at INTEGER,
    deleted_at INTEGER,
    rotated_at INTEGER,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    version INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE key_limits (
    key_id TEXT NOT NULL REFERENCES keys (id) ON DELETE CASCADE,
    unit TEXT NOT NULL,
    window TEXT NOT NULL,
    amount INTEGER NOT NULL,
    PRIMARY KEY (key_id, unit, window)
) WITHOUT ROWID;

-- What each key has used in its current windows, whatever its limits are. No reference to keys: the books
-- outlive a key.
CREATE TABLE counters (
    key_id TEXT NOT NULL,
    window TEXT NOT NULL,
    window_start INTEGER NOT NULL,
    requests INTEGER NOT NULL,
    tokens INTEGER NOT NULL,
    PRIMARY KEY (key_id, window)
) WITHOUT ROWID;

CREATE TABLE last_used (
    key_id TEXT PRIMARY KEY,
    at INTEGER NOT NULL
) WITHOUT ROWID;

-- One row a request.
CREATE TABLE requests (
    number INTEGER PRIMARY KEY,
    request_id TEXT NOT NULL,
    key_id TEXT NOT NULL,
    model TEXT NOT NULL,
    provider_id TEXT NOT NULL,
    reserved_at INTEGER NOT NULL,
    status INTEGER NOT NULL,
    outcome TEXT NOT NULL,
    requests INTEGER NOT NULL,
    prompt_tokens INTEGER NOT NULL,
    completion_tokens INTEGER NOT NULL,
    cached_tokens INTEGER NOT NULL,
    reasoning_tokens INTEGER NOT NULL,
    measure TEXT NOT NULL,
    streamed INTEGER NOT NULL,
    first_byte_us INTEGER NOT NULL,
    total_us INTEGER NOT NULL
);
CREATE INDEX requests_by_time ON requests (reserved_at);

-- Sums in quarters of an hour, UTC: no zone of the world cuts one.
CREATE TABLE rollups (
    bucket INTEGER NOT NULL,            -- start
    key_id TEXT NOT NULL,
    model TEXT NOT NULL,
    provider_id TEXT NOT NULL,
    requests INTEGER NOT NULL,
    refused INTEGER NOT NULL,
    failed INTEGER NOT NULL,
    prompt_tokens INTEGER NOT NULL,
    completion_tokens INTEGER NOT NULL,
    cached_tokens INTEGER NOT NULL,
    reasoning_tokens INTEGER NOT NULL,
    estimated INTEGER NOT NULL,
    PRIMARY KEY (bucket, key_id, model, provider_id)
) WITHOUT ROWID;
CREATE INDEX rollups_by_key ON rollups (key_id, bucket);

-- What a reset took out of the counters; request rows and sums stay as they are.
CREATE TABLE adjustments (
    number INTEGER PRIMARY KEY,
    key_id TEXT NOT NULL,
    window TEXT NOT NULL,
    window_start INTEGER NOT NULL,
    requests INTEGER NOT NULL,
    tokens INTEGER NOT NULL,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL
);

CREATE TABLE providers (
    id TEXT PRIMARY KEY,
    position INTEGER NOT NULL,          -- order of preference
    name TEXT NOT NULL,
    base_url TEXT NOT NULL,
    sealed_secret BLOB NOT NULL,        -- empty: none
    models TEXT NOT NULL,               -- JSON list; empty: any
    enabled INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    version INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE audit (
    number INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL
);
CREATE INDEX audit_by_time ON audit (at);
