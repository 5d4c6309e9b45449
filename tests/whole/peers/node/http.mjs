// SPDX-License-Identifier: GPL-3.0-or-later
// node's own http, against the upstream directly and through the service.
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import http from 'node:http';
import https from 'node:https';
import { count, digest, done, kept, key, mock, origin, proves, sameAnswer, step } from './peer.mjs';

const moduleOf = (base) => (base.startsWith('https:') ? https : http);
const agents = [];
const keeping = (options) => {
  const agent = new (moduleOf(origin).Agent)({ keepAlive: true, ...options });
  agents.push(agent);
  return agent;
};

// write: gives the body to the request and ends it.
const ask = (base, secret, target, { method = 'GET', headers = {}, agent, write = (r) => r.end() } = {}) =>
  new Promise((resolve, reject) => {
    const request = moduleOf(base).request(base + target, {
      method, agent, headers: { Authorization: `Bearer ${secret}`, ...headers },
    });
    request.on('response', (answer) => {
      const pieces = [];
      answer.on('data', (bytes) => pieces.push(bytes));
      answer.on('error', reject);
      answer.on('end', () => resolve({
        status: answer.statusCode, headers: kept(answer.rawHeaders), body: Buffer.concat(pieces),
        complete: answer.complete, trailers: answer.rawTrailers, reused: request.reusedSocket,
      }));
    });
    request.on('error', reject);
    write(request);
  });

const both = async (target, options) => {
  const direct = await ask(mock, 'direct', target, options);
  const through = await ask(origin, key, target, options);
  count();
  sameAnswer(through, direct);
  assert.ok(through.complete);
  return through;
};
const octets = { 'Content-Type': 'application/octet-stream' };

for (const shape of ['length', 'chunked', 'close', 'gzip', 'gzip-chunked', '204'])
  await proves(shape, () => both(`/v1/answer?shape=${shape}&size=70000`));
await proves('HEAD', () => both('/v1/answer?size=7000', { method: 'HEAD' }));

await proves('a body that is written in pieces (chunked)', async () => {
  const pieces = Array.from({ length: 50 }, (_, i) => crypto.randomBytes(1000 * i + 1));
  const got = await both('/v1/echo', {
    method: 'POST', headers: octets,
    write: (request) => {
      for (const piece of pieces) request.write(piece);
      request.end();
    },
  });
  const seen = JSON.parse(got.body);
  assert.equal(seen.digest, digest(Buffer.concat(pieces)));
  assert.equal(seen.chunked, true);
});

await proves('Expect: 100-continue, then the body', async () => {
  const body = crypto.randomBytes(2_000_000);
  let continued = false;
  const got = await ask(origin, key, '/v1/echo', {
    method: 'POST', headers: { ...octets, 'Content-Length': body.length, Expect: '100-continue' },
    write: (request) => {
      request.flushHeaders();
      request.on('continue', () => {
        continued = true;
        request.end(body);
      });
    },
  });
  count();
  assert.ok(continued);
  assert.equal(JSON.parse(got.body).digest, digest(body));
});

await proves('a keep-alive agent: one connection for thirty requests', async () => {
  const agent = keeping({ maxSockets: 1 });
  const answers = [];
  for (let i = 0; i < 30; i += 1) {
    const shape = ['length', 'chunked', '204'][i % 3];
    answers.push(await ask(origin, key, `/v1/answer?shape=${shape}&size=${i}`, { agent }));
    count();
  }
  assert.equal(answers.filter((answer) => !answer.reused).length, 1);
});

await proves('a keep-alive agent: 400 requests at once over 20 connections, each with its own answer', async () => {
  const agent = keeping({ maxSockets: 20 });
  await Promise.all(Array.from({ length: 400 }, async (_, i) => {
    const body = crypto.randomBytes(i * 37);
    const got = await ask(origin, key, `/v1/echo?n=${i}`, {
      method: 'POST', agent, headers: { ...octets, 'Content-Length': body.length }, write: (r) => r.end(body),
    });
    count();
    const seen = JSON.parse(got.body);
    assert.equal(seen.target, `/v1/echo?n=${i}`);
    assert.equal(seen.digest, digest(body));
  }));
});

await proves('each event arrives before the next is sent', async () => {
  const watch = (base, secret, name) => new Promise((resolve, reject) => {
    moduleOf(base).get(`${base}/v1/stream?name=${name}&count=100`, { headers: { Authorization: `Bearer ${secret}` } }, (answer) => {
      let text = '';
      let seen = 0;
      answer.on('data', (bytes) => {
        text += bytes;
        const events = text.split('\n\n').length - 1;
        for (; seen < events; seen += 1) step(name).catch(reject);
      });
      answer.on('end', () => resolve(text));
      answer.on('error', reject);
    }).on('error', reject);
  });
  const direct = await watch(mock, 'direct', 'http-direct');
  assert.equal(await watch(origin, key, 'http-through'), direct);
  count();
});

for (const [name, what, leave] of [
  ['http-cut1', 'request.destroy()', (request) => request.destroy()],
  ['http-cut2', 'response.destroy()', (_, answer) => answer.destroy()],
  ['http-cut3', 'an AbortSignal', (_request, _answer, controller) => controller.abort()],
]) {
  await proves(`leaving in the middle with ${what}`, () => new Promise((resolve, reject) => {
    const controller = new AbortController();
    const request = moduleOf(origin).get(`${origin}/v1/stream?name=${name}&count=50`, {
      headers: { Authorization: `Bearer ${key}` }, signal: controller.signal,
    }, (answer) => {
      answer.once('data', () => leave(request, answer, controller));
      answer.on('error', () => {});
      answer.on('close', () => (answer.complete ? reject(new Error('it was whole')) : resolve()));
    });
    request.on('error', () => {});
    count();
  }));
}

await proves('what is asked after all that is answered', () => both('/v1/answer?size=10'));
for (const agent of agents) agent.destroy();
done();
