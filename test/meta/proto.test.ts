/**
 * The suite also runs under `--disable-proto=throw` (webhook-operations, section 2; `make no-proto`), so that whatever
 * reads or sets `__proto__` of an object from a cluster fails. Jest runs tests in contexts and processes of its own.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

const FLAG = '--disable-proto=throw';

describe('without `__proto__`', () => {
  it('tests run as the flag says, in the process and in the context of a test', () => {
    const asked = process.execArgv.includes(FLAG);
    const read = (): unknown => Reflect.get({}, '__proto__');
    if (asked) expect(read).toThrow('__proto__');
    else expect(read).not.toThrow();
    expect(process.env['GATEHOUSE_NO_PROTO'] === '1').toBe(asked);
  });

  it('make test runs them so', () => {
    const makefile = readFileSync(new URL('../../Makefile', import.meta.url), 'utf8');
    expect(makefile).toMatch(/^test:.* no-proto\b/m);
    expect(makefile).toContain(`GATEHOUSE_NO_PROTO=1 $(NODE) ${FLAG} scripts/jest.mjs`);
  });

  it('the image serves so, though without an error for what does not matter', () => {
    const dockerfile = readFileSync(new URL('../../Dockerfile', import.meta.url), 'utf8');
    expect(dockerfile).toContain('"--disable-proto=delete"');
  });
});
