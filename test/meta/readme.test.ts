/** What a newcomer meets first: the README's first screen, the command, and what a submission must pass. */
import { accessSync, constants, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { decide, decodeReview } from '../../src/admission/index.js';
import { mkJudging, mkReview, mkServer } from '../builders.js';

const fileOf = (path: string): URL => new URL(`../../${path}`, import.meta.url);
const read = (path: string): string => readFileSync(fileOf(path), 'utf8');

describe('the README’s first screen', () => {
  const screen = read('README.md').split('\n').slice(0, 24).join('\n');

  it('says what this is and for whom', () => {
    expect(screen).toMatch(
      /^# Gatehouse\n\nGatehouse is an admission webhook and policy evaluator for \[Linkerd\]/,
    );
    expect(screen).toContain('platform engineers');
  });

  it('shows a refusal, word for word as the API server passes it on', () => {
    const decoded = decodeReview(mkReview(mkServer({ proxyProtocol: 'grpc' })));
    if (!decoded.ok) throw new Error(decoded.error.message);
    const { message } = decide(decoded.value, mkJudging());
    expect(message).toMatch(/^spec\.proxyProtocol \[server\/proxy-protocol\]: /);
    expect(screen).toContain(message);
    expect(screen).toContain('Error from server (Forbidden)');
  });
});

describe('the project', () => {
  it('has a command that node runs from dist/', () => {
    const { bin, type } = JSON.parse(read('package.json')) as Record<string, unknown>;
    expect({ bin, type }).toEqual({ bin: { gatehouse: 'dist/cli/main.js' }, type: 'module' });
    expect(read('src/cli/main.ts')).toMatch(/^#!\/usr\/bin\/env node\n/);
  });

  it('is submitted through make test, with the end-to-end part required', () => {
    expect(read('.ci/run')).toMatch(/^export GATEHOUSE_E2E=required$[^]*^make test$/m);
    accessSync(fileOf('.ci/run'), constants.X_OK);
    expect(read('Makefile')).toMatch(/^test: (?=.*\bcheck\b)(?=.*\bbuild\b)(?=.*\be2e\b)/m);
  });
});
