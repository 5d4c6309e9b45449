-- SPDX-License-Identifier: GPL-3.0-or-later
-- Limits that only warn or observe, templates that keys follow, and raises for a time.

CREATE TABLE limits_of_keys (
    key_id TEXT NOT NULL REFERENCES keys (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    unit TEXT NOT NULL,
    window_kind TEXT NOT NULL,
    amount INTEGER NOT NULL,
    mode TEXT NOT NULL,
    PRIMARY KEY (key_id, position),
    UNIQUE (key_id, unit, window_kind, mode)
) STRICT, WITHOUT ROWID;

INSERT INTO limits_of_keys SELECT key_id, position, unit, window_kind, amount, 'enforce' FROM key_limits;
DROP TABLE key_limits;
ALTER TABLE limits_of_keys RENAME TO key_limits;

-- For a time the enforced limit of this unit and window has another amount.
CREATE TABLE key_raises (
    key_id TEXT NOT NULL REFERENCES keys (id) ON DELETE CASCADE,
    unit TEXT NOT NULL,
    window_kind TEXT NOT NULL,
    amount INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    PRIMARY KEY (key_id, unit, window_kind)
) STRICT, WITHOUT ROWID;

-- Keys that name a template have its limits and its concurrency, whatever becomes of these; models and days are
-- taken once, when a key is made.
CREATE TABLE templates (
    name TEXT PRIMARY KEY,
    description TEXT NOT NULL,
    concurrency INTEGER,
    models TEXT NOT NULL,
    days INTEGER,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE template_limits (
    template TEXT NOT NULL REFERENCES templates (name) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    unit TEXT NOT NULL,
    window_kind TEXT NOT NULL,
    amount INTEGER NOT NULL,
    mode TEXT NOT NULL,
    PRIMARY KEY (template, position),
    UNIQUE (template, unit, window_kind, mode)
) STRICT, WITHOUT ROWID;

ALTER TABLE keys ADD COLUMN template TEXT REFERENCES templates (name);
CREATE INDEX keys_by_template ON keys (template) WHERE template IS NOT NULL;

INSERT INTO templates VALUES
    ('trial', '', 2, '[]', 30, CAST(strftime('%s', 'now') AS INTEGER) * 1000,
        CAST(strftime('%s', 'now') AS INTEGER) * 1000, 1),
    ('standard', '', 10, '[]', NULL, CAST(strftime('%s', 'now') AS INTEGER) * 1000,
        CAST(strftime('%s', 'now') AS INTEGER) * 1000, 1);

INSERT INTO template_limits VALUES
    ('trial', 0, 'requests', 'day', 100, 'enforce'),
    ('trial', 1, 'tokens', 'day', 100000, 'enforce'),
    ('standard', 0, 'requests', 'minute', 60, 'enforce'),
    ('standard', 1, 'requests', 'day', 2000, 'enforce'),
    ('standard', 2, 'tokens', 'month', 10000000, 'enforce');
