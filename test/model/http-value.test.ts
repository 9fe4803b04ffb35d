import { expect, it } from '@jest/globals';
import { isAbsolutePath, isStatusCode } from '../../src/model/http-value.js';
import { fitsUnsigned32 } from '../../src/model/integer.js';

it.each([
  ['/', true],
  ['/a', true],
  ['a/', false],
  ['', false],
])('takes %j for an absolute path: %s', (path, expected) => {
  expect(isAbsolutePath(path)).toBe(expected);
});

it('takes 100 to 999 for status codes', () => {
  expect([99, 100, 999, 1000, -1].map(isStatusCode)).toEqual([false, true, true, false, false]);
});

it('takes 0 to 4294967295 for unsigned numbers of 32 bits', () => {
  expect([-1, 0, 4_294_967_295, 4_294_967_296].map(fitsUnsigned32)).toEqual([false, true, true, false]);
});
