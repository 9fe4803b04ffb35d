/** The manifests source, one file an object: what every source must do. */
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ManifestSource } from '../../../src/adapters/manifests/manifest-source.js';
import { DEFAULT_OPAQUE_PORTS } from '../../../src/policy/complete/injection.js';
import { sourceKind } from '../../../src/policy/objects/kinds.js';
import { describeObjectSource, type SourceHarness } from '../../conformance/object-source.js';
import { REAL_TIMING } from './real-timing.js';

async function open(): Promise<SourceHarness> {
  const dir = await mkdtemp(join(tmpdir(), 'gatehouse-source-'));
  const fileOf = (kind: string, namespace: string, name: string): string =>
    join(dir, `${kind}_${namespace}_${name}.json`);
  const source = new ManifestSource({
    paths: [dir],
    settings: {
      namespace: 'default',
      controlPlaneNamespace: 'linkerd',
      assumeMeshed: false,
      defaultOpaquePorts: DEFAULT_OPAQUE_PORTS,
    },
    timing: REAL_TIMING,
    settleMs: 10,
  });
  return {
    source,
    apply: async (object) => {
      const { name, namespace = '' } = object.metadata;
      const file = fileOf(object.kind, namespace, name);
      await writeFile(`${file}.new`, JSON.stringify(object));
      await rename(`${file}.new`, file);
    },
    remove: (id, namespace, name) => rm(fileOf(sourceKind(id).kind, namespace, name)),
    settle: () => Promise.resolve(),
    close: () => rm(dir, { recursive: true }),
  };
}

describeObjectSource('the manifests source', open, { uids: false });
