-- SPDX-License-Identifier: GPL-3.0-or-later
-- What a key may have spent that the books do not know yet: raised before it is spent, lowered with the rows of the
-- requests it was spent on, given back by a clean stop. What a start finds here counts as spent.
CREATE TABLE leases (
    key_id TEXT PRIMARY KEY,
    requests INTEGER NOT NULL,
    tokens INTEGER NOT NULL,
    granted_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- «reset»: the amounts were taken away from the counters; «unknown»: added to them, for a lease that a start found.
ALTER TABLE adjustments ADD COLUMN kind TEXT NOT NULL DEFAULT 'reset';
