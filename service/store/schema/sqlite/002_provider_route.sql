-- SPDX-License-Identifier: GPL-3.0-or-later
-- How a provider is reached: whom its certificate is vouched for by, and through which outbound proxy. proxy_mask:
-- NULL for what the settings say, empty for none, else the address without its password; the whole address is
-- sealed.

ALTER TABLE providers ADD COLUMN private_ca INTEGER NOT NULL DEFAULT 0;
ALTER TABLE providers ADD COLUMN proxy_mask TEXT;
ALTER TABLE providers ADD COLUMN sealed_proxy BLOB;
