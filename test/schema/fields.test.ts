import { describe, expect, it } from '@jest/globals';
import { definitionOf, fieldsOf, versionOf, type FieldShape, type KindId } from '../../src/schema/index.js';

const shapeOf = (kind: KindId, version: string): FieldShape =>
  fieldsOf(versionOf(definitionOf(kind), version)!.spec);
const names = (shape: FieldShape | undefined): string[] => [...(shape?.fields?.keys() ?? [])].sort();
const inside = (shape: FieldShape, ...path: string[]): FieldShape | undefined =>
  path.reduce<FieldShape | undefined>(
    (at, name) => (name === '*' ? at?.items : at?.fields?.get(name)),
    shape,
  );

const SERVER = 'policy.linkerd.io/Server';
const ROUTE = 'policy.linkerd.io/HTTPRoute';

describe('the fields of a Server', () => {
  it.each([
    ['v1alpha1', ['podSelector', 'port', 'proxyProtocol']],
    ['v1beta1', ['podSelector', 'port', 'proxyProtocol']],
    ['v1beta2', ['externalWorkloadSelector', 'podSelector', 'port', 'proxyProtocol']],
    ['v1beta3', ['accessPolicy', 'externalWorkloadSelector', 'podSelector', 'port', 'proxyProtocol']],
  ])('at %s', (version, expected) => {
    expect(names(shapeOf(SERVER, version))).toEqual(expected);
  });

  it('are not known below labels, which may have any name', () => {
    expect(inside(shapeOf(SERVER, 'v1beta3'), 'podSelector', 'matchLabels')).toEqual({});
  });

  it('are known below each requirement', () => {
    expect(names(inside(shapeOf(SERVER, 'v1beta3'), 'podSelector', 'matchExpressions', '*'))).toEqual([
      'key',
      'operator',
      'values',
    ]);
  });
});

describe('the fields of an HTTPRoute', () => {
  it('hold timeouts from v1beta3 on', () => {
    const rule = (version: string): string[] => names(inside(shapeOf(ROUTE, version), 'rules', '*'));
    expect(rule('v1beta2')).toEqual(['backendRefs', 'filters', 'matches']);
    expect(rule('v1beta3')).toEqual(['backendRefs', 'filters', 'matches', 'timeouts']);
  });

  it('hold a backend’s group, kind and weight from v1beta2 on', () => {
    const backend = (version: string): string[] =>
      names(inside(shapeOf(ROUTE, version), 'rules', '*', 'backendRefs', '*'));
    expect(backend('v1beta1')).toEqual(['filters', 'name', 'namespace', 'port']);
    expect(backend('v1beta2')).toEqual(['filters', 'group', 'kind', 'name', 'namespace', 'port', 'weight']);
  });

  it('hold the members of every filter', () => {
    expect(names(inside(shapeOf(ROUTE, 'v1beta3'), 'rules', '*', 'filters', '*'))).toEqual(
      expect.arrayContaining(['requestHeaderModifier', 'requestRedirect', 'type']),
    );
  });
});

it('the shape of a schema is made once', () => {
  expect(shapeOf(SERVER, 'v1beta3')).toBe(shapeOf(SERVER, 'v1beta3'));
});
