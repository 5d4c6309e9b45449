// SPDX-License-Identifier: GPL-3.0-or-later
// What the scripts beside it share: where everything is (from the environment, see ../peer_node.py), and the line
// for each check, which ../peer_node.py counts.
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import http from 'node:http';

export const origin = process.env.PEERS_ORIGIN; // of the service
export const mock = process.env.PEERS_MOCK; // of the upstream
export const key = process.env.PEERS_KEY;

// Requests that were sent through the service with the key, and reached the upstream.
let counted = 0;
export const count = (requests = 1) => (counted += requests);

export const proves = async (what, check) => {
  try {
    await check();
    console.log(`ok ${what}`);
  } catch (error) {
    console.log(`FAILED ${what}\t${String(error.stack ?? error).replaceAll('\n', ' ')}`);
  }
};
export const done = () => console.log(`counted ${counted}`);

export const digest = (bytes) => crypto.createHash('sha256').update(bytes).digest('hex');

// Lets the upstream send the next event of a stream.
const stepper = new http.Agent({ keepAlive: true, maxSockets: 1 });
export const step = (name) =>
  new Promise((resolve, reject) => {
    const request = http.get(`${mock}/control/step?name=${name}`, { agent: stepper }, (answer) => {
      answer.resume();
      answer.on('end', resolve);
    });
    request.on('error', reject);
  });

// What a proxy changes by its trade; ../wire.py says the same.
const own = new Set(['connection', 'keep-alive', 'transfer-encoding', 'x-request-id']);
export const kept = (rawHeaders) => {
  const pairs = [];
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = String(rawHeaders[i]);
    if (!own.has(name.toLowerCase()) && !name.toLowerCase().startsWith('x-ratelimit-'))
      pairs.push([name, String(rawHeaders[i + 1])]);
  }
  return pairs;
};
export const sameAnswer = (through, direct) => {
  assert.equal(through.status, direct.status);
  assert.deepEqual(through.headers, direct.headers);
  assert.ok(through.body.equals(direct.body), `bodies differ: ${through.body.length}, ${direct.body.length}`);
};

export const admin = async (method, route, body) => {
  const answer = await fetch(origin + route, {
    method,
    headers: { Authorization: `Bearer ${process.env.PEERS_ADMIN_TOKEN}`, 'Content-Type': 'application/json' },
    body: body && JSON.stringify(body),
  });
  assert.equal(answer.status, 200, await answer.clone().text());
  return answer.json();
};
