// Starts one API server for all end-to-end suites. The workers inherit the environment that is set here.
import * as fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { findApiServer } from '../kube/start.mjs';

export default async function globalSetup() {
  const found = await findApiServer();
  if (found.kind === 'none') {
    if (process.env.GATEHOUSE_E2E === 'required') {
      throw new Error(`GATEHOUSE_E2E=required, but there is no API server:\n${found.reason}`);
    }
    process.env.GATEHOUSE_E2E_SKIP = '1';
    process.stderr.write(skipNotice(found.reason));
    return;
  }
  const stateDir = await fs.mkdtemp(path.join(os.tmpdir(), 'gatehouse-e2e-'));
  const stateFile = path.join(stateDir, 'state.json');
  const { kind, kubeconfig, server, etcd, dataDir, readyAfterMs } = found;
  const state = { kind, kubeconfig, server, etcd, dataDir, readyAfterMs, pid: found.pid?.() };
  await fs.writeFile(stateFile, `${JSON.stringify(state, null, 2)}\n`);
  process.env.GATEHOUSE_E2E_KUBECONFIG = kubeconfig;
  process.env.GATEHOUSE_E2E_STATE = stateFile;
  process.env.GATEHOUSE_E2E_KIND = kind;
  globalThis.gatehouseApiServer = found;
}

/** @param {string} reason */
function skipNotice(reason) {
  const bar = '!'.repeat(100);
  const text = [
    'THE END-TO-END TESTS ARE SKIPPED: there is no Kubernetes API server to run them against.',
    'Nothing in this run shows that Gatehouse works with a real API server.',
    '',
    ...reason.split('\n'),
    '',
    'To run them: install Go, or set KUBEBUILDER_ASSETS or KUBECONFIG (see test/kube/README.md).',
    'To make this a failure: GATEHOUSE_E2E=required',
  ];
  return `\n${bar}\n${text.map((line) => `!!  ${line}`).join('\n')}\n${bar}\n\n`;
}
