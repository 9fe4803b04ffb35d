/** Bodies as they really arrive: in pieces, too large, too many, never ending, cut off. Over real sockets. */
import { afterEach, describe, expect, it } from '@jest/globals';
import { createWebhookListener } from '../../../src/adapters/http/app.js';
import type { Verdict } from '../../../src/admission/index.js';
import type { Gate } from '../../../src/adapters/http/ports.js';
import type { ReviewDeps } from '../../../src/adapters/http/validate-handler.js';
import { mkReview, mkServer } from '../../builders.js';
import {
  eventually,
  head,
  judgeForReal,
  ManualClock,
  mkDeps,
  post,
  RawClient,
  Recorder,
  serve,
} from './harness.js';

const REVIEW = JSON.stringify(mkReview(mkServer()));
const JSON_TYPE = { 'Content-Type': 'application/json' };
const CHUNKED = { ...JSON_TYPE, 'Transfer-Encoding': 'chunked' };
const chunk = (text: string): string => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
const ALLOWED = /^HTTP\/1\.1 200 [^]*"allowed":true/;

const cleanUp: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step();
});

async function start(over: Partial<ReviewDeps> = {}) {
  const observer = new Recorder();
  const server = await serve(createWebhookListener(mkDeps({ observer, ...over })));
  cleanUp.push(() => server.close());
  const connect = async (): Promise<RawClient> => {
    const client = await RawClient.connect(server.port);
    cleanUp.push(() => void client.socket.destroy());
    return client;
  };
  return { observer, connect, client: await connect() };
}

/** A judge that answers when it is told to. */
function mkSlowJudge() {
  const waiting: (() => void)[] = [];
  const judge: ReviewDeps['judge'] = (review) =>
    new Promise<Verdict>((resolve) => {
      waiting.push(() => resolve(judgeForReal(review)));
    });
  return { judge, waiting };
}

describe('a body', () => {
  it('may come in any pieces', async () => {
    const { client, observer } = await start();
    client.socket.write(head('/validate', CHUNKED));
    for (const letter of REVIEW.slice(0, 40)) client.socket.write(chunk(letter));
    client.socket.write(`${chunk(REVIEW.slice(40))}0\r\n\r\n`);
    expect(await client.until((text) => text.includes('"response"'))).toMatch(ALLOWED);
    expect(observer.outcomes[0]!.bodyBytes).toBe(Buffer.byteLength(REVIEW));
  });

  it('may be large and come in many packets', async () => {
    const { client } = await start();
    const object = mkServer({}, { annotations: { long: 'ü'.repeat(700_000) } });
    client.socket.write(post(JSON.stringify(mkReview(object))));
    expect(await client.until((text) => text.includes('"response"'))).toMatch(ALLOWED);
  });

  it('is one of several on a connection, answered in order', async () => {
    const { client } = await start();
    const uids = ['one', 'two', 'three'];
    const bodies = uids.map((uid) => post(JSON.stringify(mkReview(mkServer(), { uid }))));
    client.socket.write(`${bodies.join('')}${head('/nowhere', {}, 'GET')}`);
    const text = await client.until(() => client.answers === 4);
    expect([...text.matchAll(/"uid":"(\w+)"/g)].map(([, uid]) => uid)).toEqual(uids);
    expect(text).toContain('HTTP/1.1 404');
  });
});

describe('a body over the limit', () => {
  const limits = { bodyBytes: 2_000 };

  it('is refused by its Content-Length before it comes', async () => {
    const { client, observer } = await start({ limits });
    client.socket.write(head('/validate', { ...JSON_TYPE, 'Content-Length': 2_001 }));
    expect(await client.until((text) => text.includes('larger'))).toMatch(
      /^HTTP\/1\.1 413 [^]*\r\nConnection: close\r\n/,
    );
    client.socket.end();
    await client.closed;
    expect(observer.outcomes).toMatchObject([{ decision: 'refuse', code: 413, bodyBytes: 0 }]);
  });

  it('is refused in chunks when they are too much, and the sender can read why', async () => {
    const { client } = await start({ limits });
    client.socket.write(head('/validate', CHUNKED));
    for (let i = 0; i < 50; i += 1) client.socket.write(chunk('x'.repeat(1_000)));
    client.socket.end('0\r\n\r\n');
    await client.closed;
    expect(client.text).toMatch(
      /^HTTP\/1\.1 413 [^]*\r\nConnection: close\r\n[^]*\r\n\r\nthe body is larger than 2000 bytes\n$/,
    );
    expect([client.answers, client.error]).toEqual([1, undefined]);
  });

  it('is heard out a little, because a reset would take the answer away', async () => {
    const { client } = await start({ limits });
    client.socket.write(head('/validate', CHUNKED));
    const large = chunk('x'.repeat(65_536));
    for (let i = 0; i < 60; i += 1) {
      client.socket.write(large);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    client.socket.end('0\r\n\r\n');
    await client.closed;
    expect([client.answers, client.error]).toEqual([1, undefined]);
  });

  it('is refused once on a page that takes none', async () => {
    const { client } = await start();
    client.socket.write(head('/nowhere', CHUNKED));
    const large = chunk('x'.repeat(1_048_576));
    for (let i = 0; i < 12; i += 1) client.socket.write(large);
    client.socket.end('0\r\n\r\n');
    await client.closed;
    expect(client.text).toMatch(/^HTTP\/1\.1 404 [^]*Connection: close/);
    expect([client.answers, client.error]).toEqual([1, undefined]);
  });

  it('ends the connection even if the sender goes on', async () => {
    const { client } = await start({ limits });
    client.socket.write(head('/validate', CHUNKED));
    const sending = setInterval(() => client.socket.write(chunk('x'.repeat(1_000))), 20);
    await client.closed;
    clearInterval(sending);
    expect(client.text).toMatch(/^HTTP\/1\.1 413 /);
  });
});

describe('reviews in work', () => {
  it('are at most as many as the limit says; the next is asked to come again in a second', async () => {
    const { judge, waiting } = mkSlowJudge();
    const { client, connect, observer } = await start({ judge, limits: { inFlight: 2 } });
    const others = [await connect(), await connect()];
    for (const other of others) other.socket.write(post(REVIEW));
    await eventually(() => waiting.length === 2);
    client.socket.write(post(REVIEW).slice(0, -1));
    // Its body is read to the end first.
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(client.text).toBe('');
    client.socket.write(REVIEW.slice(-1));
    const text = await client.until((now) => now.includes('too many'));
    expect(text).toMatch(/^HTTP\/1\.1 429 [^]*\r\nRetry-After: 1\r\n/);
    expect(text).not.toMatch(/Connection: close/i);
    expect(observer.outcomes).toMatchObject([{ decision: 'retry', code: 429, shed: 'in-flight' }]);
    for (const answer of waiting.splice(0)) answer();
    for (const other of others) expect(await other.until((now) => now.includes('response'))).toMatch(ALLOWED);
    // There is room again, on the same connection.
    client.text = '';
    client.socket.write(post(REVIEW));
    await eventually(() => waiting.length === 1);
    waiting[0]!();
    expect(await client.until((now) => now.includes('response'))).toMatch(ALLOWED);
  });

  it('are at most 64 unless told otherwise', async () => {
    const { judge, waiting } = mkSlowJudge();
    const { client, connect } = await start({ judge });
    for (let i = 0; i < 64; i += 1) (await connect()).socket.write(post(REVIEW));
    await eventually(() => waiting.length === 64);
    client.socket.write(post(REVIEW));
    expect(await client.until((text) => text !== '')).toMatch(/^HTTP\/1\.1 429 /);
  });

  it('hold at most so many bytes together', async () => {
    const { judge, waiting } = mkSlowJudge();
    const bytes = Buffer.byteLength(REVIEW);
    const { client, connect, observer } = await start({ judge, limits: { bufferedBytes: bytes + 100 } });
    const other = await connect();
    other.socket.write(post(REVIEW));
    await eventually(() => waiting.length === 1);
    client.socket.write(post(REVIEW).slice(0, -1));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(client.text).toBe('');
    client.socket.write(REVIEW.slice(-1));
    expect(await client.until((text) => text.includes('too many'))).toMatch(
      /^HTTP\/1\.1 429 [^]*\r\nRetry-After: 1\r\n/,
    );
    expect(observer.outcomes).toMatchObject([{ shed: 'buffered-bytes', bodyBytes: bytes }]);
    waiting.splice(0)[0]!();
    await other.until((text) => text.includes('response'));
    client.text = '';
    client.socket.write(post(REVIEW));
    await eventually(() => waiting.length === 1);
  });

  it('leave their place when the caller goes away, in the body or in the judgement', async () => {
    const { judge, waiting } = mkSlowJudge();
    const { client, connect, observer } = await start({ judge, limits: { inFlight: 1 } });
    const inBody = await connect();
    inBody.socket.write(post(REVIEW).slice(0, -10));
    await eventually(() => observer.inFlightCounts.length === 1);
    inBody.socket.destroy();
    await eventually(() => observer.outcomes.length === 1);
    const inJudgement = await connect();
    inJudgement.socket.write(post(REVIEW));
    await eventually(() => waiting.length === 1);
    inJudgement.socket.destroy();
    await eventually(() => observer.outcomes.length === 2);
    waiting.splice(0)[0]!();
    client.socket.write(post(REVIEW));
    await eventually(() => waiting.length === 1);
    expect(observer.outcomes).toMatchObject([
      { decision: 'abort', code: 499 },
      { decision: 'abort', code: 499 },
    ]);
    expect(observer.inFlightCounts).toEqual([1, 0, 1, 0, 1]);
    expect(observer.faults).toEqual([]);
  });
});

describe('the budget', () => {
  const late = /^HTTP\/1\.1 503 [^]*\r\nRetry-After: 0\r\nConnection: close\r\n/;

  it('ends a body that does not come', async () => {
    const clock = new ManualClock();
    const { client, observer } = await start({ clock });
    client.socket.write(post(REVIEW, '/validate?timeout=3s').slice(0, -1));
    await eventually(() => observer.inFlightCounts.length === 1);
    expect(clock.due).toEqual([2_500]);
    clock.advance(2_499);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(client.text).toBe('');
    clock.advance(1);
    expect(await client.until((text) => text.includes('is over'))).toMatch(late);
    // The sender may finish; it is not judged any more.
    client.socket.end(REVIEW.slice(-1));
    await client.closed;
    expect(client.answers).toBe(1);
    expect(observer.outcomes).toMatchObject([
      { decision: 'retry', code: 503, shed: 'budget', durationMs: 2_500, budgetMs: 2_500 },
    ]);
    expect(observer.inFlightCounts).toEqual([1, 0]);
  });

  it('ends a judgement that does not come, and what comes later is ignored', async () => {
    const clock = new ManualClock();
    const { judge, waiting } = mkSlowJudge();
    const { client, observer } = await start({ clock, judge });
    client.socket.write(post(REVIEW));
    await eventually(() => waiting.length === 1);
    clock.advance(9_500);
    expect(await client.until((text) => text.includes('is over'))).toMatch(late);
    waiting[0]!();
    await client.closed;
    expect(client.answers).toBe(1);
    expect(observer.outcomes).toHaveLength(1);
  });

  it('ends a request that was to be refused after its body', async () => {
    const clock = new ManualClock();
    const { client } = await start({ clock });
    client.socket.write(head('/validate', { 'Content-Type': 'text/plain', 'Content-Length': 10 }));
    await eventually(() => clock.due.length === 1);
    clock.advance(9_500);
    expect(await client.until((text) => text.includes('must be'))).toMatch(
      /^HTTP\/1\.1 415 [^]*Connection: close/,
    );
  });

  it('leaves no timer behind', async () => {
    const clock = new ManualClock();
    const { client } = await start({ clock });
    client.socket.write(post(REVIEW));
    await client.until((text) => text.includes('response'));
    expect(clock.due).toEqual([]);
  });

  it('is kept with a clock that runs', async () => {
    const { client } = await start();
    const begun = Date.now();
    client.socket.write(post(REVIEW, '/?timeout=1s').slice(0, -1));
    expect(await client.until((text) => text.includes('is over'))).toMatch(late);
    expect(Date.now() - begun).toBeLessThan(1_000);
  });

  it('tells of a judgement that fails after its time', async () => {
    const clock = new ManualClock();
    const failures: ((error: Error) => void)[] = [];
    const judge = () => new Promise<Verdict>((_resolve, reject) => void failures.push(reject));
    const { client, observer } = await start({ clock, judge });
    client.socket.write(post(REVIEW));
    await eventually(() => failures.length === 1);
    clock.advance(9_500);
    await client.until((text) => text.includes('is over'));
    failures[0]!(new Error('late'));
    await eventually(() => observer.faults.length === 1);
    expect(observer.faults[0]).toMatchObject({ error: new Error('late') });
  });
});

describe('while draining', () => {
  it('every answer ends its connection, decided when the headers are written', async () => {
    const gate: { state: Gate['state'] } = { state: 'ready' };
    const { judge, waiting } = mkSlowJudge();
    const { client, connect } = await start({ judge, gate });
    client.socket.write(post(REVIEW));
    await eventually(() => waiting.length === 1);
    gate.state = 'draining';
    waiting[0]!();
    await client.closed;
    expect(client.text).toMatch(ALLOWED);
    expect(client.text).toMatch(/\r\nConnection: close\r\n/);
    const others = [head('/nowhere', {}, 'GET'), head('/validate', {}, 'GET'), post('{', '/')];
    for (const [i, bytes] of others.entries()) {
      const other = await connect();
      other.socket.write(bytes);
      await other.closed;
      expect(other.text).toMatch(/\r\nConnection: close\r\n/);
      expect(other.text).toMatch(['HTTP/1.1 404', 'HTTP/1.1 405', 'HTTP/1.1 400'][i]!);
    }
  });

  it.each([post(REVIEW), post('{'), post('', '/nowhere'), head('/', {}, 'GET')])(
    'and only then: otherwise the connection stays (%#)',
    async (bytes) => {
      const { client } = await start();
      client.socket.write(bytes);
      const text = await client.until((now) => /\r\n\r\n./.test(now));
      expect(text).toMatch(/\r\nConnection: keep-alive\r\n/);
      expect(client.socket.destroyed).toBe(false);
      client.socket.write(post(REVIEW));
      await client.until(() => client.answers === 2);
    },
  );
});
