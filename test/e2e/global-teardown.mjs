import * as fs from 'node:fs/promises';
import path from 'node:path';

export default async function globalTeardown() {
  const stateFile = process.env.GATEHOUSE_E2E_STATE;
  if (stateFile) await fs.rm(path.dirname(stateFile), { recursive: true, force: true });
  await globalThis.gatehouseApiServer?.stop();
}
