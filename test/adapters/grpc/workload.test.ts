import { describe, expect, it } from '@jest/globals';
import { workloadOf } from '../../../src/adapters/grpc/workload.js';
import type { JsonObject } from '../../../src/model/json.js';

const parse = (json: string) => workloadOf(JSON.parse(json) as JsonObject);

describe('workloadOf', () => {
  it('reads pods and external workloads', () => {
    expect(parse('{"ns":"app","pod":"web"}')).toEqual({
      ok: true,
      value: { kind: 'core/Pod', namespace: 'app', name: 'web' },
    });
    expect(parse('{"external_workload":"vm","ns":"app"}')).toEqual({
      ok: true,
      value: { kind: 'workload.linkerd.io/ExternalWorkload', namespace: 'app', name: 'vm' },
    });
  });

  it('takes the first of two kinds, as they stand there', () => {
    const kindOf = (json: string): unknown => {
      const read = parse(json);
      return read.ok ? read.value.kind : read.error;
    };
    expect(kindOf('{"ns":"a","pod":"p","external_workload":"e"}')).toBe('core/Pod');
    expect(kindOf('{"ns":"a","external_workload":"e","pod":"p"}')).toBe(
      'workload.linkerd.io/ExternalWorkload',
    );
  });

  it('refuses no empty names', () => {
    expect(parse('{"ns":"","pod":""}')).toEqual({
      ok: true,
      value: { kind: 'core/Pod', namespace: '', name: '' },
    });
  });

  it('looks at no other members, nor at inherited ones', () => {
    expect(parse('{"__proto__":{"ns":"a"},"pod":"p","constructor":1}')).toEqual({
      ok: false,
      error: '"ns" is missing',
    });
  });

  it.each([
    ['{}', '"ns" is missing and it names neither a "pod" nor an "external_workload"'],
    ['{"ns":null,"pod":["p"]}', '"ns" is null and not a namespace and "pod" is ["p"] and not a name'],
    ['{"ns":"a","Pod":"p"}', 'it names neither a "pod" nor an "external_workload"'],
    ['{"ns":"a","external_workload":{}}', '"external_workload" is {} and not a name'],
  ])('says everything that is wrong with %s', (json, error) => {
    expect(parse(json)).toEqual({ ok: false, error });
  });
});
