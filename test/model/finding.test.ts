import { describe, expect, it } from '@jest/globals';
import { atLeast, bySeverity, fingerprint, type Finding } from '../../src/model/finding.js';
import { formatRef, refKey, type ObjectRef } from '../../src/model/object-ref.js';

const subject: ObjectRef = { group: 'policy.linkerd.io', kind: 'Server', namespace: 'app', name: 'web' };
const finding = {
  code: 'network/cidr',
  subject,
  path: ['spec', 'networks', 3, 'except', 0],
  messageId: 'syntax',
  params: { value: '"x"', cause: 'why' },
};
const of = (over: Partial<typeof finding>): string => fingerprint({ ...finding, ...over });

describe('fingerprint', () => {
  it('survives another order of items, of params, and another text', () => {
    expect(of({ path: ['spec', 'networks', 0, 'except', 7] })).toBe(fingerprint(finding));
    expect(of({ params: { cause: 'why', value: '"x"' } })).toBe(fingerprint(finding));
    expect(fingerprint({ ...finding, message: 'other words' } as typeof finding)).toBe(fingerprint(finding));
  });

  it('leaves out params that are only shown', () => {
    expect(of({ params: { ...finding.params, $shown: 'today' } as typeof finding.params })).toBe(
      fingerprint(finding),
    );
  });

  it.each<[string, Partial<typeof finding>]>([
    ['code', { code: 'network/except' }],
    ['subject', { subject: { ...subject, name: 'api' } }],
    ['namespace', { subject: { ...subject, namespace: 'other' } }],
    ['member', { path: ['spec', 'networks', 3, 'cidr'] }],
    ['a member named like an index', { path: ['spec', 'networks', '3', 'except', 0] }],
    ['message', { messageId: 'other' }],
    ['param', { params: { ...finding.params, value: '"y"' } }],
  ])('tells apart by %s', (_, over) => {
    expect(of(over)).not.toBe(fingerprint(finding));
  });
});

describe('severities', () => {
  it('are ordered', () => {
    expect([atLeast('deny', 'warn'), atLeast('warn', 'warn'), atLeast('info', 'warn')]).toEqual([
      true,
      true,
      false,
    ]);
  });

  it('sort the gravest first and keep the order otherwise', () => {
    const list = (['info', 'warn', 'deny', 'warn', 'deny'] as const).map(
      (severity, i) => ({ severity, code: String(i) }) as Finding,
    );
    expect(list.sort(bySeverity).map(({ code }) => code)).toEqual(['2', '4', '1', '3', '0']);
  });
});

describe('object refs', () => {
  it('are shown with their namespace, where they have one', () => {
    expect(formatRef(subject)).toBe('Server app/web');
    expect(formatRef({ group: '', kind: 'Namespace', name: 'app' })).toBe('Namespace app');
  });

  it('have keys that no two share', () => {
    const keys = [
      subject,
      { ...subject, group: '' },
      { ...subject, kind: 'HTTPRoute' },
      { ...subject, namespace: 'web', name: 'app' },
      { group: subject.group, kind: subject.kind, name: 'web' },
    ].map(refKey);
    expect(new Set(keys).size).toBe(keys.length);
  });
});
