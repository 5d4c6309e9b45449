// SPDX-License-Identifier: GPL-3.0-or-later
// Runs the official openai client, unmodified, against a service that stands before a fake upstream made here:
// chat, streamed chat (every chunk, in order, the first one within 5 ms of the upstream's), the list of models,
// and the error class of each refusal. Usage: node check.mjs PATH-TO-QUOTA-PROXY
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import assert from 'node:assert/strict';
import OpenAI from 'openai';

const binary = process.argv[2];
if (!binary) {
  console.error('usage: node check.mjs PATH-TO-QUOTA-PROXY');
  process.exit(2);
}

const words = Array.from({ length: 40 }, (_, i) => `word${i} `);
const sentAt = [];
let upstreamRequests = 0;

const upstream = http.createServer((request, response) => {
  let text = '';
  request.on('data', (bytes) => (text += bytes));
  request.on('end', async () => {
    upstreamRequests += 1;
    if (request.url === '/v1/models') {
      response.setHeader('Content-Type', 'application/json');
      response.end(JSON.stringify({ object: 'list', data: [{ id: 'm', object: 'model', created: 1, owned_by: 'x' }] }));
      return;
    }
    const question = JSON.parse(text);
    const base = { id: 'c', created: 1, model: question.model };
    if (question.model === 'bad') {
      response.statusCode = 400;
      response.setHeader('Content-Type', 'application/json');
      response.end(JSON.stringify({ error: { message: 'no', type: 'invalid_request_error', param: null, code: null } }));
    } else if (question.stream) {
      response.setHeader('Content-Type', 'text/event-stream');
      const event = (value) => response.write(`data: ${JSON.stringify(value)}\n\n`);
      for (const content of words) {
        sentAt.push(performance.now());
        event({ ...base, object: 'chat.completion.chunk', choices: [{ index: 0, delta: { content }, finish_reason: null }] });
        await new Promise((resolve) => setTimeout(resolve, 10)); // the pace of a model
      }
      event({ ...base, object: 'chat.completion.chunk', choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] });
      if (question.stream_options?.include_usage)
        event({ ...base, object: 'chat.completion.chunk', choices: [], usage: { prompt_tokens: 3, completion_tokens: 40, total_tokens: 43 } });
      response.end('data: [DONE]\n\n');
    } else {
      response.setHeader('Content-Type', 'application/json');
      response.end(JSON.stringify({
        ...base,
        object: 'chat.completion',
        choices: [{ index: 0, message: { role: 'assistant', content: 'hello' }, finish_reason: 'stop' }],
        usage: { prompt_tokens: 3, completion_tokens: 1, total_tokens: 4 },
      }));
    }
  });
});
await new Promise((resolve) => upstream.listen(0, '127.0.0.1', resolve));

const directory = mkdtempSync(path.join(tmpdir(), 'quota-openai-'));
const service = spawn(binary, ['serve', '--port', '0', '--data-dir', directory], {
  env: {
    ...process.env,
    DEEPSEEK_BASE_URL: `http://127.0.0.1:${upstream.address().port}/v1`,
    DEEPSEEK_API_KEY: 'x',
    DAILY_REQ_LIMIT: '-1',
  },
  stdio: ['ignore', 'inherit', 'pipe'],
});
let log = '';
const base = await new Promise((resolve, reject) => {
  service.stderr.on('data', (bytes) => {
    log += bytes;
    const found = /http:\/\/127\.0\.0\.1:\d+/.exec(log);
    if (found) resolve(found[0]);
  });
  service.on('exit', () => reject(new Error(`the service ended:\n${log}`)));
});

const admin = async (method, route, body) => {
  const answer = await fetch(base + route, {
    method,
    headers: {
      Authorization: `Bearer ${readFileSync(path.join(directory, 'admin-token'), 'utf8').trim()}`,
      'Content-Type': 'application/json',
    },
    body: body && JSON.stringify(body),
  });
  assert.equal(answer.status, 200, await answer.clone().text());
  return answer.json();
};
const clientFor = (apiKey) => new OpenAI({ apiKey, baseURL: `${base}/v1`, maxRetries: 0 });
const messages = [{ role: 'user', content: 'hi' }];

let passed = 0;
const proves = async (what, check) => {
  await check();
  passed += 1;
  console.log(`ok  ${what}`);
};

try {
  const key = await admin('POST', '/admin/keys', { label: 'openai' });
  const client = clientFor(key.key);

  await proves('chat', async () => {
    const answer = await client.chat.completions.create({ model: 'm', messages });
    assert.equal(answer.choices[0].message.content, 'hello');
    assert.equal(answer.usage.total_tokens, 4);
    assert.match(answer._request_id, /^req_/);
  });

  await proves('streamed chat: every chunk, in order, without the usage nobody asked for', async () => {
    const stream = await client.chat.completions.create({ model: 'm', messages, stream: true });
    const received = [];
    for await (const chunk of stream) {
      assert.equal(chunk.choices.length, 1);
      assert.equal(chunk.usage ?? null, null);
      if (chunk.choices[0].delta.content) received.push(chunk.choices[0].delta.content);
    }
    assert.deepEqual(received, words);
  });

  await proves('streamed chat: the usage that was asked for', async () => {
    const stream = await client.chat.completions.create({
      model: 'm', messages, stream: true, stream_options: { include_usage: true },
    });
    let usage = null;
    for await (const chunk of stream) usage = chunk.usage ?? usage;
    assert.equal(usage.total_tokens, 43);
  });

  await proves('streamed chat: the first chunk within 5 ms of the upstream, each unbuffered', async () => {
    const delays = [];
    for (let round = 0; round < 5; round += 1) {
      sentAt.length = 0;
      const stream = await client.chat.completions.create({ model: 'm', messages, stream: true });
      let at = 0;
      for await (const chunk of stream)
        if (chunk.choices[0].delta.content) delays.push(performance.now() - sentAt[at++]);
    }
    const firsts = delays.filter((_, i) => i % words.length === 0);
    const worst = Math.max(...delays);
    console.log(`    first chunk: ${firsts.map((ms) => ms.toFixed(2)).join(' ')} ms; the slowest of all: ${worst.toFixed(2)} ms`);
    assert.ok(Math.min(...firsts) < 5, 'the first chunk comes too late');
    assert.ok(delays.filter((ms) => ms < 10).length >= delays.length * 0.95, 'chunks are held back');
  });

  await proves('models.list', async () => {
    const list = await client.models.list();
    assert.deepEqual(list.data.map((model) => model.id), ['m']);
  });

  await proves('AuthenticationError', () =>
    assert.rejects(clientFor('sk-unknown').chat.completions.create({ model: 'm', messages }), OpenAI.AuthenticationError));

  await proves('PermissionDeniedError', async () => {
    const disabled = await admin('POST', '/admin/keys', { label: 'disabled' });
    await admin('POST', `/admin/keys/${disabled.id}/disable`);
    await assert.rejects(clientFor(disabled.key).chat.completions.create({ model: 'm', messages }), OpenAI.PermissionDeniedError);
  });

  await proves('RateLimitError, after exactly the limit, without consuming', async () => {
    const limited = await admin('POST', '/admin/keys', { label: 'limited', quota: 3 });
    const before = upstreamRequests;
    for (let i = 0; i < 3; i += 1) await clientFor(limited.key).chat.completions.create({ model: 'm', messages });
    await assert.rejects(clientFor(limited.key).chat.completions.create({ model: 'm', messages }), (error) => {
      assert.ok(error instanceof OpenAI.RateLimitError);
      assert.equal(error.code, 'insufficient_quota');
      return true;
    });
    assert.equal(upstreamRequests - before, 3);
    // The client honours x-should-retry: with retries allowed it gives up at once.
    await assert.rejects(new OpenAI({ apiKey: limited.key, baseURL: `${base}/v1` }).chat.completions.create({ model: 'm', messages }),
      OpenAI.RateLimitError);
  });

  await proves('BadRequestError, of the upstream and of ours', async () => {
    await assert.rejects(client.chat.completions.create({ model: 'bad', messages }), OpenAI.BadRequestError);
    const raw = await fetch(`${base}/v1/chat/completions`, {
      method: 'POST', headers: { Authorization: `Bearer ${key.key}` }, body: '{"model":',
    });
    assert.equal(raw.status, 400);
    assert.equal((await raw.json()).error.code, 'invalid_json');
  });

  const usage = await admin('GET', `/admin/usage?key=${key.id}`);
  await proves('the books hold what was used', async () => {
    // 1 chat, 7 streams, 1 refused by the upstream; tokens 4 + 7 × 43.
    assert.equal(usage.sums.requests, 9);
    assert.equal(usage.sums.prompt_tokens + usage.sums.completion_tokens, 4 + 7 * 43);
  });
  console.log(`${passed} passed, 0 failed`);
} finally {
  service.removeAllListeners('exit');
  const ended = new Promise((resolve) => service.on('exit', resolve));
  service.kill('SIGTERM');
  const code = await ended;
  upstream.close();
  upstream.closeAllConnections();
  rmSync(directory, { recursive: true });
  assert.equal(code, 0, 'the service did not stop cleanly');
}
