import { describe, expect, test } from '@jest/globals';
import { includesPort, parsePortSet, settingsOf } from '../../../src/policy/state/workload-settings.js';

describe('a list of ports', () => {
  test.each<[string, ReturnType<typeof parsePortSet>]>([
    ['', []],
    ['80', [[80, 80]]],
    [
      ' 80 , 443 ,',
      [
        [80, 80],
        [443, 443],
      ],
    ],
    ['8000-9000', [[8000, 9000]]],
    ['8000 - 9000', [[8000, 9000]]],
    ['+080', [[80, 80]]],
    ['3,1,2', [[1, 3]]],
    [
      '1-5,3-9,20',
      [
        [1, 9],
        [20, 20],
      ],
    ],
    [
      '1,65535',
      [
        [1, 1],
        [65_535, 65_535],
      ],
    ],
    ['0', undefined],
    ['65536', undefined],
    ['9-8', undefined],
    ['1-2-3', undefined],
    ['-5', undefined],
    ['3306,abc', undefined],
    ['80 443', undefined],
    ['++80', undefined],
    ['8e1', undefined],
  ])('%j is read as %j', (text, ports) => {
    expect(parsePortSet(text)).toEqual(ports);
  });

  test('holds its ends and what lies between', () => {
    const ports = parsePortSet('80,8000-9000') ?? [];
    expect([79, 80, 81, 7999, 8000, 8500, 9000, 9001].filter((port) => includesPort(ports, port))).toEqual([
      80, 8000, 8500, 9000,
    ]);
  });
});

describe('the annotations of a workload', () => {
  test('are read by their exact words', () => {
    expect(
      settingsOf({
        'config.linkerd.io/default-inbound-policy': 'audit',
        'config.linkerd.io/opaque-ports': '3306',
        'config.linkerd.io/proxy-require-identity-inbound-ports': '80',
      }),
    ).toEqual({ defaultPolicy: 'audit', opaquePorts: [[3306, 3306]], requireIdentityPorts: [[80, 80]] });
  });

  test.each(['Audit', ' audit', 'audit-all', ''])('the default policy %j counts as absent', (word) => {
    expect(settingsOf({ 'config.linkerd.io/default-inbound-policy': word }).defaultPolicy).toBeUndefined();
  });

  test('V-22: one bad port makes the whole list empty', () => {
    expect(settingsOf({ 'config.linkerd.io/opaque-ports': '3306,abc' }).opaquePorts).toEqual([]);
  });

  test('are not taken from a prototype', () => {
    expect(settingsOf({})).toEqual({ defaultPolicy: undefined, opaquePorts: [], requireIdentityPorts: [] });
  });
});
