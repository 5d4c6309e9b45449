-- SPDX-License-Identifier: GPL-3.0-or-later
-- Instants are milliseconds since the epoch, UTC. Lists of words are JSON arrays. A statement ends with a
-- semicolon at the end of a line.

CREATE TABLE meta (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

INSERT INTO meta (name, value) VALUES
    ('instance', lower(hex(randomblob(16)))),
    ('created', CAST(strftime('%s', 'now') AS INTEGER) * 1000);

CREATE TABLE keys (
    id TEXT PRIMARY KEY,
    secret_hash BLOB NOT NULL UNIQUE,
    label TEXT NOT NULL,
    prefix TEXT NOT NULL,
    tail TEXT NOT NULL,
    disabled INTEGER NOT NULL,
    inherits_limits INTEGER NOT NULL,
    concurrency INTEGER,
    models TEXT NOT NULL,
    expires_at INTEGER,
    deleted_at INTEGER,
    rotated_at INTEGER,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    last_used_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE INDEX keys_by_deletion ON keys (deleted_at) WHERE deleted_at IS NOT NULL;

CREATE TABLE key_limits (
    key_id TEXT NOT NULL REFERENCES keys (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    unit TEXT NOT NULL,
    window_kind TEXT NOT NULL,
    amount INTEGER NOT NULL,
    PRIMARY KEY (key_id, position),
    UNIQUE (key_id, unit, window_kind)
) STRICT, WITHOUT ROWID;

-- What a key has used in its newest window of each kind. Rows may arrive for a key that is already gone, so
-- there is no reference to keys; a purge clears them.
CREATE TABLE counters (
    key_id TEXT NOT NULL,
    window_kind TEXT NOT NULL,
    window_start INTEGER NOT NULL,
    requests INTEGER NOT NULL,
    tokens INTEGER NOT NULL,
    PRIMARY KEY (key_id, window_kind)
) STRICT, WITHOUT ROWID;

CREATE TABLE requests (
    id INTEGER PRIMARY KEY,
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
    first_byte_microseconds INTEGER NOT NULL,
    total_microseconds INTEGER NOT NULL
) STRICT;

CREATE INDEX requests_by_time ON requests (reserved_at);
CREATE INDEX requests_by_key ON requests (key_id, reserved_at);
CREATE INDEX requests_by_request_id ON requests (request_id);

-- Sums per quarter of an hour: the day of every zone is a whole number of them.
CREATE TABLE rollups (
    bucket_start INTEGER NOT NULL,
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
    PRIMARY KEY (bucket_start, key_id, model, provider_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX rollups_by_key ON rollups (key_id, bucket_start);

-- What the counters were when somebody set them to zero.
CREATE TABLE adjustments (
    id INTEGER PRIMARY KEY,
    time INTEGER NOT NULL,
    key_id TEXT NOT NULL,
    window_kind TEXT NOT NULL,
    window_start INTEGER NOT NULL,
    requests INTEGER NOT NULL,
    tokens INTEGER NOT NULL,
    actor TEXT NOT NULL
) STRICT;

CREATE INDEX adjustments_by_key ON adjustments (key_id, time);

CREATE TABLE providers (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    base_url TEXT NOT NULL,
    sealed_secret BLOB,
    secret_mask TEXT NOT NULL,
    models TEXT NOT NULL,
    enabled INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE audit (
    id INTEGER PRIMARY KEY,
    time INTEGER NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL
) STRICT;

CREATE INDEX audit_by_time ON audit (time);
CREATE INDEX audit_by_subject ON audit (subject, time);
