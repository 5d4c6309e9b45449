-- SPDX-License-Identifier: GPL-3.0-or-later
-- Keys, a daily quota and usage for nginx, as somebody would write it who wants it fast: secrets are looked up
-- unhashed, counters are one increment in shared memory, usage is found by text search instead of parsing JSON.
local quota = {}

local keys = ngx.shared.quota_keys
local counts = ngx.shared.quota_counts
local usage = ngx.shared.quota_usage
local find, sub, match = string.find, string.sub, string.match
local floor = math.floor

local mark = '"total_tokens":'
local day = 86400
-- What must be kept of one piece to find the mark and its number when they are cut.
local overlap = #mark + 12

-- Lines "SECRET ID REQUESTS-A-DAY".
function quota.load(path)
    for line in io.lines(path) do
        local secret, id, limit = match(line, "^(%S+) (%S+) (%d+)$")
        keys:set(secret, id, 0, tonumber(limit))
    end
end

local function refuse(status, code, message)
    ngx.status = status
    ngx.header["Content-Type"] = "application/json"
    ngx.print('{"error":{"message":"', message, '","type":"invalid_request_error","param":null,"code":"', code, '"}}')
    return ngx.exit(status)
end

function quota.admit()
    local authorization = ngx.var.http_authorization
    if not authorization or sub(authorization, 1, 7) ~= "Bearer " then
        return refuse(401, "missing_api_key", "No key was given.")
    end
    local id, limit = keys:get(sub(authorization, 8))
    if not id then
        return refuse(401, "invalid_api_key", "The key is not known.")
    end
    local now = ngx.time()
    local counter = id .. ":" .. floor(now / day)
    local count = counts:incr(counter, 1, 0, 2 * day)
    if count > limit then
        counts:incr(counter, -1)
        ngx.header["Retry-After"] = day - now % day
        return refuse(429, "insufficient_quota", "The requests of today are used up.")
    end
    local ctx = ngx.ctx
    ctx.id = id
    ctx.limit = limit
    ctx.remaining = limit - count
    ctx.rest = ""
    ngx.var.quota_key = id
end

function quota.head()
    local header, ctx = ngx.header, ngx.ctx
    header["x-request-id"] = ngx.var.request_id
    if ctx.id then
        header["x-ratelimit-limit-requests"] = ctx.limit
        header["x-ratelimit-remaining-requests"] = ctx.remaining
        header["x-ratelimit-reset-requests"] = (day - ngx.time() % day) .. "s"
    end
end

function quota.content()
    local piece, ctx = ngx.arg[1], ngx.ctx
    if not ctx.id or ctx.tokens or piece == "" then
        return
    end
    local window = ctx.rest .. piece
    local _, last = find(window, mark, 1, true)
    local tokens = last and match(window, "^(%d+)%D", last + 1)
    if tokens then
        ctx.tokens = tonumber(tokens)
    else
        ctx.rest = sub(window, -overlap)
    end
end

function quota.book()
    local ctx = ngx.ctx
    if ctx.tokens then
        usage:incr(ctx.id, ctx.tokens, 0)
        ngx.var.quota_tokens = ctx.tokens
    end
end

function quota.tell()
    local requests, tokens = 0, 0
    for _, name in ipairs(counts:get_keys(0)) do
        requests = requests + counts:get(name)
    end
    for _, name in ipairs(usage:get_keys(0)) do
        tokens = tokens + usage:get(name)
    end
    ngx.say(requests, " requests, ", tokens, " tokens")
end

return quota
