-- SPDX-License-Identifier: GPL-3.0-or-later
-- A request's id begins with its time, so that requests_by_time finds its row. An index of ids, which come in no
-- order, would cost more than all the rest of the row.
DROP INDEX requests_by_request_id;
