import { describe, expect, it } from '@jest/globals';
import { targets, type TargetRef } from '../../src/model/target-ref.js';

const GROUP = 'policy.linkerd.io';

describe('a ref names a kind', () => {
  it.each<[string, TargetRef, string, string, boolean]>([
    ['group and kind alike', { group: GROUP, kind: 'Server' }, GROUP, 'Server', true],
    ['in another case', { group: 'POLICY.linkerd.io', kind: 'sERVER' }, GROUP, 'Server', true],
    ['of another group', { group: 'gateway.networking.k8s.io', kind: 'Server' }, GROUP, 'Server', false],
    ['without a group', { kind: 'Server' }, GROUP, 'Server', false],
    ['of another kind', { group: GROUP, kind: 'Servers' }, GROUP, 'Server', false],
    ['without a kind', { group: GROUP }, GROUP, 'Server', false],
    ['in letters that only look alike', { group: GROUP, kind: 'Networ\u212A' }, GROUP, 'Network', false],
    ['of the core group, left out', { kind: 'Service' }, 'core', 'Service', true],
    ['of the core group, null', { group: null, kind: 'Service' }, 'core', 'Service', true],
    ['of the core group, empty', { group: '', kind: 'Service' }, 'core', 'Service', true],
    ['of the core group by name', { group: 'CORE', kind: 'Service' }, '', 'Service', true],
  ])('%s', (_, ref, group, kind, expected) => {
    expect(targets(ref, group, kind)).toBe(expected);
  });
});
