/** What the API server tells a user whose object a deny rule refuses, for every deny rule. */
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { CATALOGUE } from '../../src/rules/catalogue.js';
import { mkReview } from '../builders.js';
import type { KubeObject } from './cluster.js';
import { DENY_CASES, SCHEMA_FIRST_CASES, type DenyCase } from './deny-cases.js';
import { admitted, refusal, describeWithWebhook, useGatehouse } from './gatehouse.js';

interface Place {
  readonly name: string;
  readonly namespace: string;
  readonly port: number;
}

const fill = (text: string, { name, namespace, port }: Place): string =>
  text.replaceAll('%n', name).replaceAll('%N', namespace).replaceAll('%p', String(port));

/** An object of a case; `part` fills the hole. */
function mkObject(
  { kind: named, spec, metadata = '{}' }: Pick<DenyCase, 'kind' | 'spec' | 'metadata'>,
  part: string,
  at: Place,
): KubeObject {
  const { name, namespace } = at;
  const [apiVersion = '', kind = ''] = named.split(' ');
  const read = (text: string): unknown =>
    parse(
      fill(
        text.replaceAll('%s', () => part),
        at,
      ),
    );
  const object = { apiVersion, kind, metadata: { ...(read(metadata) as object), name, namespace } };
  const parsed = read(spec);
  return parsed === null ? object : { ...object, spec: parsed };
}

/** The day on which an acceptance ends moves; that it is a week from now is shown elsewhere. */
const timeless = (text: string): string => text.replaceAll(/until \d{4}-\d\d-\d\d/g, 'until DAY');

describe('the table', () => {
  test('has a case for every deny rule, and for nothing else', () => {
    const denying = CATALOGUE.filter(({ severity }) => severity === 'deny').map(({ code }) => code);
    const rules = new Set(DENY_CASES.map(({ rule }) => rule));
    expect([...rules].sort()).toEqual([...denying].sort());
  });
});

describeWithWebhook('an object that a rule refuses', (cluster) => {
  const first = cluster.namespace('deny');
  const second = cluster.namespace('deny-apart');
  const gatehouse = useGatehouse(cluster, { namespaces: [first, second] });

  describe.each([...new Set(DENY_CASES.map(({ rule }) => rule))])('%s', (code) => {
    const cases = DENY_CASES.map((entry, i) => ({ ...entry, name: `case-${String(i)}`, port: 10_000 + i }));
    test.each(cases.filter(({ rule }) => rule === code))('$fault', async (entry) => {
      const { wrong, right, text, beside, name, port } = entry;
      const namespace = entry.apart === true ? second : first;
      const at = { name, namespace, port };
      if (beside !== undefined) {
        const other = mkObject({ ...entry, spec: beside }, '', at);
        admitted(await cluster.create({ ...other, metadata: { name: `${name}-first`, namespace } }));
        // The API server's clock knows seconds, and of two objects of one second the name decides.
        await delay(1_100);
      }

      const bad = mkObject(entry, wrong, at);
      expect(timeless(refusal(await cluster.create(bad)))).toBe(fill(text.join('\n'), at));
      expect((await cluster.get(bad)).status).toBe(404);

      const good = mkObject(entry, right, at);
      expect(admitted(await cluster.create(good))).toEqual([]);
      expect((await cluster.get(good)).body['spec']).toMatchObject(good['spec'] as object);
    });
  });

  describe('where our CRD is the first to refuse, and the server says the same of a review', () => {
    const cases = SCHEMA_FIRST_CASES.map((entry, i) => ({
      ...entry,
      name: `schema-${String(i)}`,
      port: 20_000 + i,
    }));
    test.each(cases)('$rule: $fault', async (entry) => {
      const { wrong, right, crdText, text, name, port } = entry;
      const at = { name, namespace: first, port };
      const bad = mkObject(entry, wrong, at);
      const { status, body } = await cluster.create(bad);
      expect({ status, reason: body.reason }).toEqual({ status: 422, reason: 'Invalid' });
      expect(body.message).toBe(fill(crdText, at));

      const { response } = await gatehouse().post(mkReview(bad as never));
      expect(response).toMatchObject({ allowed: false, status: { code: 403, reason: 'Forbidden' } });
      expect(response?.status?.message).toBe(fill(text.join('\n'), at));

      expect(admitted(await cluster.create(mkObject(entry, right, at)))).toEqual([]);
    });
  });
});
