-- SPDX-License-Identifier: GPL-3.0-or-later
-- Grains 21, 22, 23: an hour, a day, a month of each key, without model, provider and status: what reports by key are
-- read from. No table changes, so a repair that cannot read the number of the schema takes the file for one of before:
-- then they are here already.
DELETE FROM rollups WHERE grain IN (21, 22, 23);

INSERT INTO rollups
    SELECT grain + 20, quarter, key, 0, 0, 0, sum(requests), sum(counted), sum(refused), sum(failed), sum(estimated),
        sum(prompt_tokens), sum(completion_tokens), sum(cached_tokens), sum(reasoning_tokens)
    FROM rollups WHERE grain IN (1, 2, 3)
    GROUP BY grain, quarter, key;
