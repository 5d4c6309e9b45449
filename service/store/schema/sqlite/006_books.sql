-- SPDX-License-Identifier: GPL-3.0-or-later
-- The books anew: ids of keys, models and providers stand once in a dictionary, sums know the status and come in
-- several grains, and a mark says up to which row they go, so that rows may be committed more often than sums.

-- The ids of keys and providers and the names of models that occur in the books. Ids start at 1.
CREATE TABLE names (
    id INTEGER PRIMARY KEY,
    word TEXT NOT NULL UNIQUE
) STRICT;

INSERT INTO names (word)
    SELECT key_id FROM requests UNION SELECT model FROM requests UNION SELECT provider_id FROM requests
    UNION SELECT key_id FROM rollups UNION SELECT model FROM rollups UNION SELECT provider_id FROM rollups;

-- outcome: 0 answered, 1 upstream failed, 2 client gone, 3 refused. measure: 0 measured, 1 estimated, 2 unknown.
-- Ids are given by the writer, and none twice, not even when all rows are gone. Times are microseconds: queue until
-- it went to the upstream, first byte since it came, upstream from being sent to the answer's end, total.
CREATE TABLE booked_requests (
    id INTEGER PRIMARY KEY,
    request_id TEXT NOT NULL,
    reserved_at INTEGER NOT NULL,
    key INTEGER NOT NULL,
    model INTEGER NOT NULL,
    provider INTEGER NOT NULL,
    status INTEGER NOT NULL,
    outcome INTEGER NOT NULL,
    requests INTEGER NOT NULL,
    prompt_tokens INTEGER NOT NULL,
    completion_tokens INTEGER NOT NULL,
    cached_tokens INTEGER NOT NULL,
    reasoning_tokens INTEGER NOT NULL,
    measure INTEGER NOT NULL,
    streamed INTEGER NOT NULL,
    queue_microseconds INTEGER NOT NULL,
    first_byte_microseconds INTEGER NOT NULL,
    upstream_microseconds INTEGER NOT NULL,
    total_microseconds INTEGER NOT NULL
) STRICT;

INSERT INTO booked_requests
    SELECT r.id, r.request_id, r.reserved_at, k.id, m.id, p.id, r.status,
        CASE r.outcome WHEN 'answered' THEN 0 WHEN 'upstream_failed' THEN 1 WHEN 'client_gone' THEN 2 ELSE 3 END,
        r.requests, r.prompt_tokens, r.completion_tokens, r.cached_tokens, r.reasoning_tokens,
        CASE r.measure WHEN 'measured' THEN 0 WHEN 'estimated' THEN 1 ELSE 2 END,
        r.streamed, 0, r.first_byte_microseconds, 0, r.total_microseconds
    FROM requests r
    JOIN names k ON k.word = r.key_id
    JOIN names m ON m.word = r.model
    JOIN names p ON p.word = r.provider_id;

DROP TABLE requests;
ALTER TABLE booked_requests RENAME TO requests;
CREATE INDEX requests_by_time ON requests (reserved_at);

-- Sums. quarter: the quarter of an hour since the epoch that the span begins with. grain: 0 a quarter of an hour, 1 an
-- hour, 2 a day, 3 a month (all UTC), for each key; 4 all time, for each key, without model, provider and status;
-- 10 to 13 like 0 to 3 for all keys together (key 0). requests: forwarded ones; counted: what the ledger settled.
DROP TABLE rollups;
CREATE TABLE rollups (
    grain INTEGER NOT NULL,
    quarter INTEGER NOT NULL,
    key INTEGER NOT NULL,
    model INTEGER NOT NULL,
    provider INTEGER NOT NULL,
    status INTEGER NOT NULL,
    requests INTEGER NOT NULL,
    counted INTEGER NOT NULL,
    refused INTEGER NOT NULL,
    failed INTEGER NOT NULL,
    estimated INTEGER NOT NULL,
    prompt_tokens INTEGER NOT NULL,
    completion_tokens INTEGER NOT NULL,
    cached_tokens INTEGER NOT NULL,
    reasoning_tokens INTEGER NOT NULL,
    PRIMARY KEY (grain, quarter, key, model, provider, status)
) STRICT, WITHOUT ROWID;

INSERT INTO rollups
    SELECT 0, reserved_at / 900000, key, model, provider, status,
        sum(outcome <> 3), sum(iif(outcome = 3, 0, requests)), sum(outcome = 3),
        sum(outcome = 1 OR (outcome <> 3 AND status >= 500)), sum(outcome <> 3 AND measure <> 0),
        sum(iif(outcome = 3, 0, prompt_tokens)), sum(iif(outcome = 3, 0, completion_tokens)),
        sum(iif(outcome = 3, 0, cached_tokens)), sum(iif(outcome = 3, 0, reasoning_tokens))
    FROM requests GROUP BY 2, key, model, provider, status;

INSERT INTO rollups
    SELECT g.grain,
        CASE g.grain WHEN 1 THEN quarter / 4 * 4 WHEN 2 THEN quarter / 96 * 96
            WHEN 3 THEN strftime('%s', quarter * 900, 'unixepoch', 'start of month') / 900 ELSE 0 END AS start,
        key, iif(g.grain = 4, 0, model) AS one_model, iif(g.grain = 4, 0, provider) AS one_provider,
        iif(g.grain = 4, 0, status) AS one_status, sum(requests), sum(counted), sum(refused), sum(failed),
        sum(estimated), sum(prompt_tokens), sum(completion_tokens), sum(cached_tokens), sum(reasoning_tokens)
    FROM rollups, (SELECT 1 AS grain UNION SELECT 2 UNION SELECT 3 UNION SELECT 4) g
    WHERE rollups.grain = 0
    GROUP BY g.grain, start, key, one_model, one_provider, one_status;

INSERT INTO rollups
    SELECT grain + 10, quarter, 0, model, provider, status, sum(requests), sum(counted), sum(refused), sum(failed),
        sum(estimated), sum(prompt_tokens), sum(completion_tokens), sum(cached_tokens), sum(reasoning_tokens)
    FROM rollups WHERE grain < 4
    GROUP BY grain, quarter, model, provider, status;

CREATE INDEX rollups_by_key ON rollups (key, grain, quarter);

-- One row about the books as a whole. summed_through: the id of the last request that is in the sums and counters;
-- rows and sums before rows_from and sums_from (milliseconds) were removed because they were old; time_zone: of the
-- counters' windows, since zone_since.
CREATE TABLE books (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    summed_through INTEGER NOT NULL,
    rows_from INTEGER NOT NULL,
    sums_from INTEGER NOT NULL,
    time_zone TEXT NOT NULL,
    zone_since INTEGER NOT NULL
) STRICT;

INSERT INTO books VALUES (1, (SELECT coalesce(max(id), 0) FROM requests), 0, 0, '', 0);

-- The rows with their words, for people and for questions.
CREATE VIEW request_rows AS
    SELECT r.id, r.request_id, r.reserved_at, k.word AS key_id, m.word AS model, p.word AS provider_id, r.status,
        CASE r.outcome WHEN 0 THEN 'answered' WHEN 1 THEN 'upstream_failed' WHEN 2 THEN 'client_gone'
            ELSE 'refused' END AS outcome,
        r.requests, r.prompt_tokens, r.completion_tokens, r.cached_tokens, r.reasoning_tokens,
        CASE r.measure WHEN 0 THEN 'measured' WHEN 1 THEN 'estimated' ELSE 'unknown' END AS measure,
        r.streamed, r.queue_microseconds, r.first_byte_microseconds, r.upstream_microseconds, r.total_microseconds
    FROM requests r
    JOIN names k ON k.id = r.key
    JOIN names m ON m.id = r.model
    JOIN names p ON p.id = r.provider;
