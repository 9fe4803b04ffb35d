/** The cluster source against a small API server: what every source must do. */
import { ClusterSource } from '../../../src/adapters/kube/cluster-source.js';
import { HttpKubeClient } from '../../../src/adapters/kube/kube-client.js';
import { SYSTEM_TIMING } from '../../../src/adapters/kube/timing.js';
import { storedKindOf } from '../../../src/policy/objects/kinds.js';
import { describeObjectSource, type RawObject, type SourceHarness } from '../../conformance/object-source.js';
import { MockApiServer, plainAuth } from './mock-api-server.js';

const kindOf = ({ apiVersion, kind }: RawObject) => {
  const found = storedKindOf(apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '', kind);
  if (found === undefined) throw new Error(`${apiVersion} ${kind}`);
  return found;
};

async function open(): Promise<SourceHarness> {
  const server = new MockApiServer();
  await server.listen();
  const client = new HttpKubeClient(plainAuth(server), SYSTEM_TIMING);
  const source = new ClusterSource({ client, limits: { backoffMinMs: 5, pageSize: 3 } });
  return {
    source,
    apply: (object) => {
      server.apply(kindOf(object), object);
      return Promise.resolve();
    },
    remove: (kind, namespace, name) => {
      server.remove(kind, namespace, name);
      return Promise.resolve();
    },
    settle: () => Promise.resolve(),
    close: async () => {
      client.close();
      await server.close();
    },
  };
}

describeObjectSource('the cluster source, with a small API server,', open);
