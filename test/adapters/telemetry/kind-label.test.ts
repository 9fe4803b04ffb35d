import { describe, expect, it } from '@jest/globals';
import { kindLabel } from '../../../src/adapters/telemetry/kind-label.js';
import { definitionOf, KIND_IDS } from '../../../src/schema/index.js';

describe('kindLabel', () => {
  it.each([
    ['policy.linkerd.io', 'Server', 'Server'],
    ['POLICY.linkerd.io', 'server', 'Server'],
    ['policy.linkerd.io', 'HTTPRoute', 'HTTPRoute'],
    ['gateway.networking.k8s.io', 'HTTPRoute', 'HTTPRoute.gateway.networking.k8s.io'],
    ['gateway.networking.k8s.io', 'GRPCRoute', 'GRPCRoute'],
    ['workload.linkerd.io', 'ExternalWorkload', 'other'],
    ['', 'Pod', 'other'],
    ['constructor', '__proto__', 'other'],
  ])('calls %s %s %s', (group, kind, label) => {
    expect(kindLabel(group, kind)).toBe(label);
  });

  it('gives every kind a label of its own', () => {
    const labels = KIND_IDS.map((id) => kindLabel(definitionOf(id).group, definitionOf(id).kind));
    expect(new Set(labels).size).toBe(KIND_IDS.length);
    expect(labels).not.toContain('other');
  });
});
