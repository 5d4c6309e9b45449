# SPDX-License-Identifier: GPL-3.0-or-later
"""What must be equal on both ways, and what a proxy changes by its trade: the only place that says so."""

from stage import expect, same

# Of a request, at the upstream: the hop's own fields, and what the service puts in place of the holder's.
REQUEST_OWN = {"host", "authorization", "connection", "keep-alive", "te", "expect", "upgrade", "http2-settings",
               "accept-encoding", "content-length", "transfer-encoding", "proxy-connection"}
# Of an answer, at the client: the hop's own fields, what the service adds, and what speaks of the upstream's origin.
ANSWER_OWN = {"connection", "keep-alive", "transfer-encoding", "content-length", "x-request-id", "alt-svc",
              "set-cookie", "strict-transport-security"}


def _kept(headers, own):
    return [(n, v) for n, v in headers if n.lower() not in own and not n.lower().startswith("x-ratelimit-")]


def same_request(mock, framing=True):
    """The last request that came through the proxy reads like the last that came directly."""
    through, direct = mock.seen(proxied=True), mock.seen(proxied=False)
    same((through.method, through.target), (direct.method, direct.target), "request lines")
    same(_kept(through.headers, REQUEST_OWN), _kept(direct.headers, REQUEST_OWN), "fields of the request")
    expect(through.body == direct.body, "bodies of the request differ:", len(through.body), len(direct.body))
    same(through.value("Host"), f"{mock.address}:{mock.port}", "Host")
    if framing:
        same(through.chunks is None, direct.chunks is None, "framing of the request")
        # Where a body is to be expected, the service says that there is none (RFC 9110, 8.6).
        none = "0" if direct.method in ("POST", "PUT", "PATCH") and direct.chunks is None else None
        same(through.value("Content-Length"), direct.value("Content-Length") or none, "length of the request")
    codings = {c.strip() for c in (through.value("Accept-Encoding") or "").split(",")}
    asked = {c.strip() for c in (direct.value("Accept-Encoding") or "identity").split(",")} | {"identity"}
    expect(codings <= asked, "codings were asked for that the client did not ask for:", codings, asked)


def same_answer(through, direct):
    """Both are (status, header pairs, body). Fields keep their order and their letters; the length has no place."""
    same(through[0], direct[0], "statuses")
    same(*([v for n, v in answer[1] if n.lower() == "content-length"] for answer in (through, direct)),
         "lengths of the answer")
    same(_kept(through[1], ANSWER_OWN), _kept(direct[1], ANSWER_OWN), "fields of the answer")
    expect(through[2] == direct[2], "bodies differ:", len(through[2]), len(direct[2]), through[2][:200])
