/** Flags without a value, given on the command line. */
import { describe, expect, it } from '@jest/globals';
import { crdsYaml } from '../../src/adapters/manifests/print-yaml.js';
import { run } from './run.js';

describe('a flag without a value', () => {
  it('is switched on where it is given, once or twice', async () => {
    expect((await run(['crds', '--strict'])).out).toBe(crdsYaml({ strict: true }));
    expect((await run(['crds', '--strict', '--strict'])).out).toBe(crdsYaml({ strict: true }));
    expect((await run(['crds'])).out).toBe(crdsYaml({ strict: false }));
  });

  it('is switched on and off by its variable', async () => {
    expect((await run(['crds'], { env: { GATEHOUSE_STRICT: 'true' } })).out).toBe(crdsYaml({ strict: true }));
    expect((await run(['crds'], { env: { GATEHOUSE_STRICT: 'false' } })).out).toBe(
      crdsYaml({ strict: false }),
    );
  });

  it('does not swallow what follows it', async () => {
    const { code, err } = await run(['crds', '--strict', 'x']);
    expect({ code, err }).toMatchObject({ code: 2, err: expect.stringContaining('x: `gatehouse crds`') });
  });
});
