import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseAnnotationDuration, parseRouteDuration, parseUnsigned } from '../../src/model/duration.js';

const SECOND = 1e9;

describe('parseRouteDuration', () => {
  it.each([
    ['10s', 10 * SECOND],
    ['1h', 3600 * SECOND],
    ['1h30m', 5400 * SECOND],
    ['1h1h', 7200 * SECOND],
    ['1.5s', 1.5 * SECOND],
    ['.5s', 0.5 * SECOND],
    ['5.s', 5 * SECOND],
    ['0', 0],
    ['', 0],
    ['+', 0],
    ['0s', 0],
    ['1h0', 0],
    ['1ns', 1],
    ['1us', 1e3],
    ['1\u00b5s', 1e3],
    ['1\u03bcs', 1e3],
    ['1ms', 1e6],
    ['1m', 60 * SECOND],
    ['++1s', SECOND],
    ['1m+1s', 61 * SECOND],
    ['5124095576030h', 5124095576030 * 3600 * SECOND],
  ])('reads %j', (text, nanoseconds) => {
    expect(parseRouteDuration(text)).toEqual({ nanoseconds, negative: false });
  });

  it.each(['-1s', '-0s', '-0', '-', '--1s', '-+1s', '-1h30m'])('calls %j negative', (text) => {
    expect(parseRouteDuration(text)?.negative).toBe(true);
  });

  it('is not negative when a plus comes first, as for Linkerd', () => {
    expect(parseRouteDuration('+-1s')).toEqual({ nanoseconds: SECOND, negative: false });
  });

  it.each([
    ['5', 'a number without a unit'],
    ['1h5', 'a last number without a unit'],
    ['1h00', 'two zeros at the end'],
    ['00', 'two zeros'],
    ['s', 'a unit without a number'],
    ['.s', 'a point without digits'],
    ['1..5s', 'two points'],
    ['1d', 'days'],
    ['1S', 'a unit in upper case'],
    ['1sec', 'a unit that Go does not know'],
    ['1e3s', 'an exponent'],
    ['infs', 'infinity'],
    ['1 s', 'a space inside'],
    [' 1s', 'a space before'],
    ['1s ', 'a space after'],
    ['1h-5m', 'a negative part, which crashes Linkerd'],
    ['1h--5m', 'two signs'],
    ['1,5s', 'a comma'],
    ['5124095576030431h', 'as many seconds as 2^64 in a float, which crashes Linkerd'],
    [`${'9'.repeat(400)}s`, 'a number beyond any float'],
    ['٣s', 'digits that are not ASCII'],
  ])('refuses %j: %s', (text) => {
    expect(parseRouteDuration(text)).toBeUndefined();
  });

  it('takes time in proportion to the length of the text', () => {
    const started = performance.now();
    for (const text of [
      `${'1'.repeat(250_000)} s`,
      `${'1s'.repeat(125_000)}!`,
      '+'.repeat(250_000),
      'x'.repeat(250_000),
    ]) {
      parseRouteDuration(text);
      parseAnnotationDuration(text);
    }
    expect(performance.now() - started).toBeLessThan(1_000);
  });

  it('adds up whatever Go would print', () => {
    const parts = fc.tuple(fc.nat(99), fc.nat(59), fc.nat(59), fc.nat(999));
    fc.assert(
      fc.property(parts, ([h, m, s, ms]) => {
        const text = `${String(h)}h${String(m)}m${String(s)}s${String(ms)}ms`;
        expect(parseRouteDuration(text)?.nanoseconds).toBe((((h * 60 + m) * 60 + s) * 1000 + ms) * 1e6);
      }),
    );
  });
});

describe('parseAnnotationDuration', () => {
  it.each([
    ['500ms', 500n],
    ['90s', 90_000n],
    ['1m', 60_000n],
    ['1h', 3_600_000n],
    ['1d', 86_400_000n],
    ['0', 0n],
    ['00', 0n],
    ['0s', 0n],
    ['007s', 7_000n],
    ['+7s', 7_000n],
    [' 7s\n', 7_000n],
    [`${'0'.repeat(5_000)}7s`, 7_000n],
    ['18446744073709551615ms', 2n ** 64n - 1n],
    ['213503982334d', 213_503_982_334n * 86_400_000n],
  ])('reads %j', (text, milliseconds) => {
    expect(parseAnnotationDuration(text)).toBe(milliseconds);
  });

  it.each([
    ['', 'nothing'],
    ['5', 'a number without a unit'],
    ['s', 'a unit without a number'],
    ['-5s', 'a sign'],
    ['-0', 'a negative zero'],
    ['++5s', 'two signs'],
    ['1.5s', 'a fraction'],
    ['1h30m', 'two units'],
    ['5 s', 'a space inside'],
    ['5us', 'microseconds'],
    ['5S', 'a unit in upper case'],
    ['5s5', 'a number at the end'],
    ['1_000ms', 'a separator'],
    ['18446744073709551616ms', '2^64 milliseconds'],
    ['213503982335d', 'more days than fit 64-bit milliseconds'],
    ['٣s', 'digits that are not ASCII'],
  ])('refuses %j: %s', (text) => {
    expect(parseAnnotationDuration(text)).toBeUndefined();
  });
});

describe('parseUnsigned', () => {
  it.each([
    ['0', 0n],
    ['65535', 65_535n],
    ['+00065535', 65_535n],
  ])('reads %j', (text, value) => expect(parseUnsigned(text, 65_536n)).toBe(value));

  it.each(['65536', '-1', '', '+', '1.0', '1e2', '0x1', ' 1', '9'.repeat(100_000)])('refuses %j', (text) => {
    expect(parseUnsigned(text, 65_536n)).toBeUndefined();
  });
});
