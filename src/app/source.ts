/** Opens the source of objects that a command was given. */
import { recordOverlap } from '../adapters/kube/events.js';
import { ClusterSource } from '../adapters/kube/cluster-source.js';
import { HttpKubeClient, type KubeClient } from '../adapters/kube/kube-client.js';
import { kubeAuth } from '../adapters/kube/kube-config.js';
import type { CacheMetrics } from '../adapters/kube/metrics.js';
import { SYSTEM_TIMING } from '../adapters/kube/timing.js';
import { SYSTEM_CLOCK } from '../adapters/http/clock.js';
import { ManifestSource } from '../adapters/manifests/manifest-source.js';
import type { Logger } from '../adapters/telemetry/logger.js';
import type { World } from '../model/world.js';
import { completing } from './completing.js';
import type { Overlap } from '../policy/overlap.js';
import type { ObjectSource } from '../policy/ports.js';

export interface SourceValues {
  readonly manifests: readonly string[];
  readonly kubeconfig: string | undefined;
  readonly context: string | undefined;
  readonly namespace: string;
  readonly assumeMeshed: boolean;
}

export interface OpenedSource {
  readonly source: ObjectSource;
  /** Tells the cluster of an overlap; over manifests there is nobody to tell. */
  readonly recordOverlap: (overlap: Overlap) => Promise<void>;
  readonly close: () => void;
}

/** The manifests, or the cluster of the kubeconfig, or the one that we run in. */
export function openSource(
  values: SourceValues,
  {
    world,
    logger,
    metrics,
  }: { readonly world: World; readonly logger: Logger; readonly metrics: CacheMetrics },
): OpenedSource {
  if (values.manifests.length > 0) {
    const source = new ManifestSource({
      paths: values.manifests,
      settings: completing(values, world),
      timing: SYSTEM_CLOCK,
      onProblems: (problems) => {
        for (const { file, line, column, message } of problems) {
          logger.log(
            'warn',
            line === 0 ? `${file}: ${message}` : `${file}:${String(line)}:${String(column)}: ${message}`,
          );
        }
      },
      onFault: (error) => {
        logger.error('the manifests could not be read again', error);
      },
    });
    return { source, recordOverlap: () => Promise.resolve(), close: () => undefined };
  }
  const client = openClient(values);
  const source = new ClusterSource({
    client,
    metrics,
    log: (level, message, fields) => {
      logger.limited(level, `${message} ${String(fields['kind'])}`, 1_000, message, fields);
    },
  });
  return {
    source,
    recordOverlap: (overlap) => recordOverlap(client, overlap, new Date()),
    close: () => {
      client.close();
    },
  };
}

/** A client of the kubeconfig's cluster, or of the one that we run in. */
export const openClient = ({
  kubeconfig,
  context,
}: Pick<SourceValues, 'kubeconfig' | 'context'>): KubeClient =>
  new HttpKubeClient(
    kubeAuth(kubeconfig === undefined ? { from: 'pod' } : { from: 'file', path: kubeconfig, context }),
    SYSTEM_TIMING,
  );
