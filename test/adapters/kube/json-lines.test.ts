import { describe, expect, test } from '@jest/globals';
import { LineSplitter, parseJson } from '../../../src/adapters/kube/json-lines.js';

const push = (splitter: LineSplitter, bytes: Buffer): string[] =>
  [...splitter.push(bytes)].map((line) => line.toString('utf8'));

describe('lines', () => {
  const text = '{"a":"ü"}\n\n{"b":"😀"}\n{"rest"';
  const bytes = Buffer.from(text);

  test.each(Array.from({ length: bytes.length + 1 }, (_, at) => at))(
    'are the same when cut at byte %d',
    (at) => {
      const splitter = new LineSplitter(100);
      const lines = [bytes.subarray(0, at), bytes.subarray(at)].flatMap((part) => push(splitter, part));
      expect(lines).toEqual(['{"a":"ü"}', '{"b":"😀"}']);
      expect(push(splitter, Buffer.from(':1}\n'))).toEqual(['{"rest":1}']);
    },
  );

  test('are the same byte by byte', () => {
    const splitter = new LineSplitter(100);
    expect([...bytes].flatMap((byte) => push(splitter, Buffer.from([byte])))).toEqual([
      '{"a":"ü"}',
      '{"b":"😀"}',
    ]);
  });

  test('may have as many bytes as the limit, and no more', () => {
    expect(push(new LineSplitter(4), Buffer.from('1234\n5678\n'))).toEqual(['1234', '5678']);
    for (const parts of [['12345\n'], ['12345'], ['123', '45'], ['123', '45\n'], ['1\n', '12345']]) {
      const splitter = new LineSplitter(4);
      expect(() => parts.flatMap((part) => push(splitter, Buffer.from(part)))).toThrow('more than 4 bytes');
    }
  });

  test('before a line that is too long are given', () => {
    const seen: string[] = [];
    expect(() => {
      for (const line of new LineSplitter(4).push(Buffer.from('12\n34567\n'))) seen.push(line.toString());
    }).toThrow('more than 4 bytes');
    expect(seen).toEqual(['12']);
  });
});

describe('JSON', () => {
  test('is read', () => expect(parseJson(Buffer.from('{"a":"ü"}'), 'it')).toEqual({ a: 'ü' }));

  test.each([
    ['half a character', Buffer.from([0x22, 0xc3, 0x22]), 'it is not UTF-8'],
    ['half an object', Buffer.from('{"a"'), 'it is not JSON'],
  ])('is not %s', (_, bytes, message) => {
    expect(() => parseJson(bytes, 'it')).toThrow(message);
  });
});
