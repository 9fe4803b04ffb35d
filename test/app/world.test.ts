import { describe, expect, test } from '@jest/globals';
import { openWorld } from '../../src/app/world.js';

const NO_FLAGS = {
  config: undefined,
  clusterNetworks: undefined,
  probeNetworks: undefined,
  identityDomain: undefined,
  clusterDomain: undefined,
  controlPlaneNamespace: undefined,
  defaultPolicy: undefined,
};

describe('the world at a moment', () => {
  test('is one value for a day in UTC, whatever the hour', async () => {
    const { worldAt } = await openWorld(NO_FLAGS);
    const morning = worldAt(new Date('2026-11-24T00:00:00.000Z'));
    expect(morning.today).toBe('2026-11-24');
    expect(worldAt(new Date('2026-11-24T23:59:59.999Z'))).toBe(morning);
  });

  test('is another one on the next day, and on the day before', async () => {
    const { worldAt } = await openWorld(NO_FLAGS);
    const days = ['2026-11-24T23:59:59.999Z', '2026-11-25T00:00:00.000Z', '2026-11-24T12:00:00.000Z'];
    expect(days.map((day) => worldAt(new Date(day)).today)).toEqual([
      '2026-11-24',
      '2026-11-25',
      '2026-11-24',
    ]);
  });

  test('before 1970 has its own day too', async () => {
    const { worldAt } = await openWorld(NO_FLAGS);
    expect(worldAt(new Date('1970-01-01T00:00:00.000Z')).today).toBe('1970-01-01');
    expect(worldAt(new Date('1969-12-31T23:59:59.999Z')).today).toBe('1969-12-31');
  });
});
