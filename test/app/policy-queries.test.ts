import { describe, expect, it } from '@jest/globals';
import { parseQueries } from '../../src/app/policy-queries.js';

const WORKLOAD = { kind: 'core/Pod', namespace: 'a', name: 'p' };

describe('parseQueries', () => {
  it('reads a query a line, with line ends of any system and a byte order mark', () => {
    const text = '\ufeff{"ns":"a","pod":"p","port":1}\r\n \r\n{"ns":"a","pod":"p","port":65535}\r\n';
    expect(parseQueries(text)).toEqual({
      ok: true,
      value: [
        { workload: WORKLOAD, port: 1 },
        { workload: WORKLOAD, port: 65_535 },
      ],
    });
  });

  it.each(['0', '65536', '-1', '1.5', '"80"', 'null', 'true', '1e9'])('refuses the port %s', (port) => {
    expect(parseQueries(`{"ns":"a","pod":"p","port":${port}}`)).toEqual({
      ok: false,
      error: [expect.stringMatching(/^line 1: "port" is .* and not a number from 1 to 65535$/)],
    });
  });

  it.each(['[]', '"{}"', 'null', '{"ns":', '{} {}'])('refuses %s, which is no object', (line) => {
    expect(parseQueries(`\n${line}`)).toEqual({
      ok: false,
      error: [expect.stringMatching(/^line 2: .* is no JSON object$/)],
    });
  });

  it('names every bad line, counted with the empty ones, and no good one', () => {
    const good = '{"ns":"a","pod":"p","port":1}';
    const read = parseQueries(`{}\n${good}\n\n[]\n${good}`);
    expect(read.ok ? [] : read.error.map((error) => error.slice(0, 6))).toEqual(['line 1', 'line 4']);
  });
});
