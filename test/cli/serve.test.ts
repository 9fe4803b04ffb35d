import { describe, expect, it } from '@jest/globals';
import { run } from './run.js';

// Product description, section 7: the flags of `serve` itself, of every command that judges, and the cluster settings.
const FLAGS = [
  ...['listen', 'admin-listen', 'grpc-listen', 'tls', 'certs'],
  ...['manifests', 'kubeconfig', 'context', 'namespace', 'assume-meshed', 'config'],
  ...[
    'cluster-networks',
    'probe-networks',
    'identity-domain',
    'cluster-domain',
    'control-plane-namespace',
    'route-status',
  ],
  'default-policy',
];

describe('gatehouse serve', () => {
  it('knows every flag that the product description names', async () => {
    const { out } = await run(['serve', '--help']);
    const known = new Set([...out.matchAll(/^ {2}--([a-z-]+)/gm)].map(([, name]) => name));
    expect(FLAGS.filter((name) => !known.has(name))).toEqual([]);
    const asked = FLAGS.map((name) => (name === 'assume-meshed' ? `--${name}` : `--${name}=`));
    expect((await run(['serve', ...asked, '--nope'])).err).not.toMatch(/--(?!nope)[a-z-]+: unknown flag/);
  });

  it('refuses unknown flags and bad values together, by name', async () => {
    const { code, out, err } = await run(
      [
        'serve',
        '--nope',
        '--listen',
        'x',
        '--cluster-network',
        '10.0.0.0/8',
        '--tls=none',
        '--probe-networks',
        '10.0.0.0/33',
      ],
      {
        env: {
          GATEHOUSE_DEFAULT_POLICY: 'maybe',
          GATEHOUSE_ADMIN_LISTEN: '99999',
          GATEHOUSE_PORT: 'tcp://10.0.0.1',
        },
      },
    );
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(
      err
        .trimEnd()
        .split('\n')
        .map((line) => /^gatehouse serve: (\S+):|/.exec(line)?.[1]),
    ).toEqual([
      '--nope',
      '--cluster-network',
      '--listen',
      'GATEHOUSE_ADMIN_LISTEN',
      '--tls',
      '--probe-networks',
      'GATEHOUSE_DEFAULT_POLICY',
      undefined,
    ]);
    expect(err).toContain('--cluster-network: unknown flag; did you mean --cluster-networks?');
  });
});
