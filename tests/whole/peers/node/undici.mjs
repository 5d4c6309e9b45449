// SPDX-License-Identifier: GPL-3.0-or-later
// undici: a client that pipelines, a pool, fetch; against the upstream directly and through the service.
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { Client, Pool, fetch, request } from 'undici';
import { count, digest, done, kept, key, mock, origin, proves, sameAnswer, step } from './peer.mjs';

const ask = async (dispatcher, secret, path, options = {}) => {
  const answer = await dispatcher.request({
    path, method: 'GET', responseHeaders: 'raw', ...options,
    headers: { authorization: `Bearer ${secret}`, ...options.headers },
  });
  const body = Buffer.from(await answer.body.arrayBuffer());
  return { status: answer.statusCode, headers: kept(answer.headers), body };
};
const octets = { 'content-type': 'application/octet-stream' };

const direct = new Client(mock);
const through = new Client(origin);
for (const shape of ['length', 'chunked', 'close', 'gzip', 'gzip-chunked', '204']) {
  await proves(shape, async () => {
    const path = `/v1/answer?shape=${shape}&size=70000`;
    const expected = await ask(direct, 'direct', path);
    const got = await ask(through, key, path);
    count();
    sameAnswer(got, expected);
  });
}
await proves('HEAD', async () => {
  const expected = await ask(direct, 'direct', '/v1/answer', { method: 'HEAD' });
  const got = await ask(through, key, '/v1/answer', { method: 'HEAD' });
  count();
  sameAnswer(got, expected);
});
await direct.close();
await through.close();

await proves('pipelining: 200 requests, 20 ahead on one connection, answers in order', async () => {
  const client = new Client(origin, { pipelining: 20 });
  let connected = 0;
  client.on('connect', () => (connected += 1));
  await ask(client, key, '/v1/answer?size=1'); // undici pipelines once it has seen an answer
  count();
  const order = [];
  await Promise.all(Array.from({ length: 200 }, async (_, i) => {
    // Big and small ones, so that later ones would overtake if they could.
    const shape = ['length', 'chunked', 'gzip', '204'][i % 4];
    const size = (i % 7) * 9000;
    const got = await ask(client, key, `/v1/answer?shape=${shape}&size=${size}`);
    count();
    order.push(i);
    assert.equal(got.status, shape === '204' ? 204 : 200);
    if (shape === 'length' || shape === 'chunked') assert.equal(got.body.length, size);
  }));
  assert.deepEqual(order, [...order].sort((a, b) => a - b));
  assert.equal(connected, 1);
  await client.close();
});

await proves('pipelined questions with bodies', async () => {
  const client = new Client(origin, { pipelining: 10 });
  await Promise.all(Array.from({ length: 60 }, async (_, i) => {
    const body = crypto.randomBytes(1 + i * 511);
    const got = await ask(client, key, `/v1/echo?n=${i}`, {
      method: 'PUT', idempotent: true, headers: octets, body,
    });
    count();
    const seen = JSON.parse(got.body);
    assert.equal(seen.target, `/v1/echo?n=${i}`);
    assert.equal(seen.digest, digest(body));
  }));
  await client.close();
});

await proves('a pool of 8 connections, 300 requests', async () => {
  const pool = new Pool(origin, { connections: 8 });
  await Promise.all(Array.from({ length: 300 }, async (_, i) => {
    const got = await ask(pool, key, `/v1/answer?shape=${i % 2 ? 'chunked' : 'length'}&size=${i}`);
    count();
    assert.equal(got.body.length, i);
  }));
  await pool.close();
});

await proves('a body from a generator (chunked), with expectContinue off', async () => {
  const pieces = Array.from({ length: 40 }, (_, i) => crypto.randomBytes(i * 3000 + 1));
  const got = await request(`${origin}/v1/echo`, {
    method: 'POST', headers: { authorization: `Bearer ${key}`, ...octets },
    body: (async function* () { yield* pieces; })(),
  });
  count();
  const seen = await got.body.json();
  assert.equal(seen.chunked, true);
  assert.equal(seen.digest, digest(Buffer.concat(pieces)));
});

await proves('fetch: each event arrives before the next is sent', async () => {
  const watch = async (base, secret, name) => {
    const answer = await fetch(`${base}/v1/stream?name=${name}&count=100`, {
      headers: { authorization: `Bearer ${secret}` },
    });
    let text = '';
    let seen = 0;
    for await (const bytes of answer.body) {
      text += Buffer.from(bytes).toString();
      const events = text.split('\n\n').length - 1;
      for (; seen < events; seen += 1) await step(name);
    }
    return text;
  };
  const expected = await watch(mock, 'direct', 'undici-direct');
  assert.equal(await watch(origin, key, 'undici-through'), expected);
  count();
});

await proves('fetch: gzip is decoded to what it was', async () => {
  const ask = async (base, secret) => {
    const answer = await fetch(`${base}/v1/answer?shape=gzip-chunked&size=40000`, {
      headers: { authorization: `Bearer ${secret}` },
    });
    return Buffer.from(await answer.arrayBuffer());
  };
  const expected = await ask(mock, 'direct');
  assert.equal(expected.length, 40000);
  assert.ok((await ask(origin, key)).equals(expected));
  count();
});

await proves('fetch: a form with a file', async () => {
  const form = new (await import('undici')).FormData();
  form.set('purpose', 'batch');
  form.set('file', new Blob([crypto.randomBytes(300_000)]), 'a.bin');
  const answer = await fetch(`${origin}/v1/echo`, { method: 'POST', headers: { authorization: `Bearer ${key}` }, body: form });
  count();
  assert.ok((await answer.json()).length > 300_000);
});

await proves('fetch: aborting in the middle', async () => {
  const controller = new AbortController();
  const answer = await fetch(`${origin}/v1/stream?name=undici-cut&count=50`, {
    headers: { authorization: `Bearer ${key}` }, signal: controller.signal,
  });
  count();
  const reader = answer.body.getReader();
  await reader.read();
  controller.abort();
  await assert.rejects(reader.read(), { name: 'AbortError' });
});

await proves('a pipelining client that is destroyed in the middle', async () => {
  const client = new Client(origin, { pipelining: 3 });
  await ask(client, key, '/v1/answer?size=1');
  count();
  const answer = await client.request({
    path: '/v1/stream?name=undici-destroyed&count=50', method: 'GET', headers: { authorization: `Bearer ${key}` },
  });
  count();
  answer.body.on('error', () => {});
  await new Promise((resolve) => answer.body.once('data', resolve));
  await client.destroy();
});
done();
