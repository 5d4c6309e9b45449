// SPDX-License-Identifier: GPL-3.0-or-later
// The official openai client, unmodified: chat, streamed chat (every event, in order, none held back), uploads, the
// list of models, and the error class of each refusal.
import assert from 'node:assert/strict';
import { File } from 'node:buffer';
import crypto from 'node:crypto';
import OpenAI, { toFile } from 'openai';
import { admin, count, done, key, mock, origin, proves, step } from './peer.mjs';

globalThis.File ??= File; // Node.js 18 has it in there only, and the client asks for it

const clientFor = (apiKey, base = origin) => new OpenAI({ apiKey, baseURL: `${base}/v1`, maxRetries: 0 });
const messages = [{ role: 'user', content: 'hi' }];
const client = clientFor(key);
const direct = clientFor('direct', mock);
const chat = { model: 'm', messages };
const words = Array.from({ length: 40 }, (_, i) => `word${i} `);

await proves('chat', async () => {
  const answer = await client.chat.completions.create(chat);
  count();
  assert.deepEqual(answer, await direct.chat.completions.create(chat));
  assert.match(answer._request_id, /^req_/);
});

await proves('streamed chat: every chunk, in order, without the usage nobody asked for', async () => {
  const stream = await client.chat.completions.create({ ...chat, stream: true });
  count();
  const received = [];
  for await (const chunk of stream) {
    assert.equal(chunk.choices.length, 1);
    assert.equal(chunk.usage ?? null, null);
    if (chunk.choices[0].delta.content) received.push(chunk.choices[0].delta.content);
  }
  assert.deepEqual(received, words);
});

await proves('streamed chat: the usage that was asked for', async () => {
  const question = { ...chat, stream: true, stream_options: { include_usage: true } };
  const read = async (from) => {
    const chunks = [];
    for await (const chunk of await from.chat.completions.create(question)) chunks.push(chunk);
    return chunks;
  };
  const through = await read(client);
  count();
  assert.deepEqual(through, await read(direct));
  assert.equal(through.at(-1).usage.total_tokens, 43);
});

await proves('streamed chat: each chunk arrives before the next is sent', async () => {
  const received = [];
  const stream = await client.chat.completions.create({ ...chat, stream: true }, { query: { name: 'openai' } });
  count();
  for await (const chunk of stream) {
    received.push(chunk.choices[0].delta.content);
    await step('openai');
    if (chunk.choices[0].finish_reason) {
      // The usage that is hidden from this client, and the end.
      await step('openai');
      await step('openai');
    }
  }
  assert.deepEqual(received.slice(0, 40), words);
});

await proves('streamed chat: leaving in the middle', async () => {
  const stream = await client.chat.completions.create({ ...chat, stream: true }, { query: { name: 'openai-cut' } });
  count();
  for await (const chunk of stream) {
    assert.equal(chunk.choices[0].delta.content, words[0]);
    break; // which aborts
  }
});

await proves('files.create', async () => {
  const content = crypto.randomBytes(2_000_000);
  // No such route there, which is the answer to compare: the upload has arrived whole before it is given.
  const upload = async (from) => from.files.create({ file: await toFile(content, 'a.bin'), purpose: 'batch' });
  await assert.rejects(upload(direct), OpenAI.NotFoundError);
  await assert.rejects(upload(client), OpenAI.NotFoundError);
  count();
});

await proves('models.list, which is free', async () => {
  const list = await client.models.list();
  assert.deepEqual(list.data, (await direct.models.list()).data);
});

await proves('AuthenticationError', () =>
  assert.rejects(clientFor('sk-unknown').chat.completions.create(chat), OpenAI.AuthenticationError));

await proves('PermissionDeniedError', async () => {
  const disabled = await admin('POST', '/admin/keys', { label: 'disabled' });
  await admin('POST', `/admin/keys/${disabled.id}/disable`);
  await assert.rejects(clientFor(disabled.key).chat.completions.create(chat), OpenAI.PermissionDeniedError);
});

await proves('RateLimitError, after exactly the limit, and no retry of the client', async () => {
  const limited = await admin('POST', '/admin/keys', { label: 'limited', quota: 3 });
  for (let i = 0; i < 3; i += 1) await clientFor(limited.key).chat.completions.create(chat);
  await assert.rejects(clientFor(limited.key).chat.completions.create(chat), (error) => {
    assert.ok(error instanceof OpenAI.RateLimitError);
    assert.equal(error.code, 'insufficient_quota');
    return true;
  });
  // The client honours x-should-retry: with retries allowed it gives up at once.
  await assert.rejects(new OpenAI({ apiKey: limited.key, baseURL: `${origin}/v1` }).chat.completions.create(chat),
    OpenAI.RateLimitError);
  const { sums } = await admin('GET', `/admin/usage?key=${limited.id}`);
  assert.equal(sums.requests, 3);
  assert.equal(sums.refused, 2);
});

await proves('BadRequestError, of the upstream and of ours', async () => {
  await assert.rejects(client.chat.completions.create({ model: 'bad', messages }), OpenAI.BadRequestError);
  count();
  const raw = await fetch(`${origin}/v1/chat/completions`, {
    method: 'POST', headers: { Authorization: `Bearer ${key}` }, body: '{"model":',
  });
  assert.equal(raw.status, 400);
  assert.equal((await raw.json()).error.code, 'invalid_json');
});

done();
