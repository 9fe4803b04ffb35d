import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readEnvelope } from '../../../src/adapters/http/envelope.js';
import { member } from '../../../src/model/json.js';

const read = (text: string) => readEnvelope(Buffer.from(text));

const key = fc.constantFrom('apiVersion', 'request', 'uid', 'kind', '__proto__', 'u"i\\d');
const leaf = fc.oneof(
  fc.constantFrom('a', 'admission.k8s.io/v1', 'ü"\\', ''),
  fc.integer(),
  fc.constant(null),
);
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    leaf,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.array(fc.tuple(key, tie('value')), { maxLength: 4 }).map((entries) => new Entries(entries)),
  ),
}));

/** An object that may hold a key twice, which JSON text can and no parsed object does. */
class Entries {
  readonly entries: readonly (readonly [string, unknown])[];
  constructor(entries: readonly (readonly [string, unknown])[]) {
    this.entries = entries;
  }
}

function write(node: unknown, space: string): string {
  if (Array.isArray(node)) return `[${space}${node.map((item) => write(item, space)).join(`,${space}`)}]`;
  if (!(node instanceof Entries)) return JSON.stringify(node);
  const members = node.entries.map(
    ([name, item]) => `${JSON.stringify(name)}${space}:${space}${write(item, space)}`,
  );
  return `{${space}${members.join(`${space},`)}${space}}`;
}

describe('readEnvelope', () => {
  it('reads what JSON.parse would have read', () => {
    const text = fc.tuple(value, fc.constantFrom('', ' ', '\n\t')).map(([node, space]) => write(node, space));
    fc.assert(
      fc.property(text, (json) => {
        const parsed: unknown = JSON.parse(json);
        const string = (item: unknown): string | undefined => (typeof item === 'string' ? item : undefined);
        expect(read(json)).toEqual({
          ...defined('apiVersion', string(member(parsed, 'apiVersion'))),
          ...defined('uid', string(member(member(parsed, 'request'), 'uid'))),
        });
      }),
      { numRuns: 2_000 },
    );
  });

  it.each<[string, string | undefined]>([
    ['{"request":{"uid":"a","uid":"b"}}', 'b'],
    ['{"request":{"uid":"a","uid":5}}', undefined],
    ['{"request":{"uid":"a"},"request":{"uid":"b"}}', 'b'],
    ['{"request":{"uid":"a"},"request":{}}', undefined],
    ['{"request":{"uid":"a"},"request":null}', undefined],
    ['{"request":{"uid":"a","userInfo":{"uid":"b"}}}', 'a'],
    ['{"request":{"userInfo":{"uid":"b"},"uid":"a"},"uid":"c"}', 'a'],
    ['{"uid":"c","request":{"object":{"metadata":{"uid":"b"}}}}', undefined],
    ['{"x":{"uid":5},"request":["b"]}', undefined],
    // What follows the review is no part of it.
    ['{"request":{"uid":"a"}}{"request":{"uid":"b"}}', 'a'],
  ])('takes the uid of the review in %s', (text, uid) => {
    expect(read(text).uid).toBe(uid);
  });

  it('reads past what cannot be parsed', () => {
    const deep = '['.repeat(10_000) + ']'.repeat(10_000);
    expect(read(`{"request":{"object":${deep},"uid":"u"}}`)).toEqual({ uid: 'u' });
    expect(read('{"apiVersion":"v","request":{"uid":"u","object":{"a":tru')).toEqual({
      apiVersion: 'v',
      uid: 'u',
    });
    const bytes = Buffer.concat([
      Buffer.from('{"request":{"uid":"u","name":"'),
      Buffer.from([0xff]),
      Buffer.from('"}}'),
    ]);
    expect(readEnvelope(bytes)).toEqual({ uid: 'u' });
  });

  it.each([
    '',
    '[]',
    '"request"',
    '{"request":{"uid":"cut',
    '{"request":{"uid":"bad \\x"}}',
    `{"request":{"uid":"${'x'.repeat(10_000)}"}}`,
    '{"request":["uid","u"]}',
    '{"request":{"object":{"uid":"inner"}}}',
    '{"other":{"uid":"u"}}',
  ])('reads no uid from %j', (text) => {
    expect(read(text).uid).toBeUndefined();
  });

  it('keeps the version wherever the body is cut off behind it', () => {
    expect(read('{"apiVersion":"v","requ')).toEqual({ apiVersion: 'v' });
    expect(read('{"apiVersion":"v","kind":"Admission')).toEqual({ apiVersion: 'v' });
  });

  it('takes bytes that are no UTF-8 for no uid', () => {
    const bytes = Buffer.concat([
      Buffer.from('{"request":{"uid":"'),
      Buffer.from([0xc3, 0x28]),
      Buffer.from('"}}'),
    ]);
    expect(readEnvelope(bytes)).toEqual({});
  });
});

const defined = (name: string, text: string | undefined) => (text === undefined ? {} : { [name]: text });
