/** Where the certificates of `gatehouse serve` come from (webhook-operations, section 4). */
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { FileCertificates } from '../adapters/certs/file-certificates.js';
import { lifetimesOf } from '../adapters/certs/managed/lifetimes.js';
import { ManagedCertificates } from '../adapters/certs/managed/managed-certificates.js';
import type { Certificates } from '../adapters/certs/ports.js';
import { certificatesOf as certificatesIn } from '../adapters/certs/pair.js';
import { ensureSelfSigned } from '../adapters/certs/self-signed.js';
import { SYSTEM_CLOCK } from '../adapters/http/clock.js';
import { followRegistration } from '../adapters/kube/follow-registration.js';
import { Installation } from '../adapters/kube/installation.js';
import type { KubeClient } from '../adapters/kube/kube-client.js';
import { Leadership } from '../adapters/kube/leadership.js';
import { SYSTEM_TIMING, type Timing } from '../adapters/kube/timing.js';
import { OperationalError } from '../model/operational-error.js';
import type { ValuesOf } from './options/flag.js';
import type { INSTALLATION_FLAGS } from './options/installation.js';
import type { TlsMode } from './options/serve.js';
import type { CertificateDeps } from './serve.js';
import { openClient } from './source.js';

export interface CertificateValues extends ValuesOf<typeof INSTALLATION_FLAGS> {
  readonly tls: TlsMode | undefined;
  readonly certs: string;
  readonly manifests: readonly string[];
  readonly kubeconfig: string | undefined;
  readonly context: string | undefined;
}

const LOCAL_NAMES = { dnsNames: ['localhost'], ipAddresses: ['127.0.0.1', '::1'] } as const;
const NAMESPACE_FILE = '/var/run/secrets/kubernetes.io/serviceaccount/namespace';
const SECOND = 1_000;
/** Waiting for something to do must not keep the process alive. */
const TIMING: Timing = { ...SYSTEM_TIMING, after: SYSTEM_CLOCK.after };

type Maker = (deps: CertificateDeps) => Certificates;

/** A maker of certificates by `--tls`. A self-signed pair is made here and then followed like any other on disk. */
export async function certificatesOf(
  values: CertificateValues,
  clusterDomain: string,
  now: Date,
): Promise<Maker> {
  const local = values.manifests.length > 0;
  const mode = values.tls ?? (local ? 'self-signed' : 'files');
  if (mode === 'self-signed') {
    await ensureSelfSigned(values.certs, { ...LOCAL_NAMES, now });
    const names = [...LOCAL_NAMES.dnsNames, ...LOCAL_NAMES.ipAddresses];
    return ({ sink, observer }) =>
      new FileCertificates({ dir: values.certs, names, clock: SYSTEM_CLOCK, sink, observer });
  }
  const namespace = local ? undefined : (values.serviceNamespace ?? (await ownNamespace()));
  if (mode === 'files') return (deps) => filesFor(values, namespace, deps);
  if (namespace === undefined)
    throw new OperationalError(
      'managed-certificates',
      'managed certificates need the namespace of the Service',
      {
        hint: local ? 'they live in a cluster: use --tls self-signed' : 'name it with --service-namespace',
      },
    );
  return (deps) => managedFor(values, namespace, clusterDomain, deps);
}

/** Of the pod that we run in; undefined outside of one. */
async function ownNamespace(): Promise<string | undefined> {
  const text = await readFile(NAMESPACE_FILE, 'utf8').catch(() => '');
  return text.trim() === '' ? undefined : text.trim();
}

/** A pair on disk. Where our installation is known, its name and what it is trusted by are checked too. */
function filesFor(
  values: CertificateValues,
  namespace: string | undefined,
  deps: CertificateDeps,
): Certificates {
  const { sink, observer, metrics, logger } = deps;
  let bundle: string | undefined;
  const names = namespace === undefined ? [] : [`${values.serviceName}.${namespace}.svc`];
  const files = new FileCertificates({
    dir: values.certs,
    names,
    bundle: () => bundle,
    clock: SYSTEM_CLOCK,
    sink,
    observer,
  });
  if (namespace === undefined) return files;
  const cluster = openInstallation(values, namespace);
  let stopFollowing = (): Promise<void> => Promise.resolve();
  return {
    start: async () => {
      await files.start();
      stopFollowing = followRegistration({
        installation: cluster.installation,
        watch: (notice) => cluster.watch({ secret: false }, notice, logFailure(deps)),
        clock: SYSTEM_CLOCK,
        seen: (registration) => {
          const published = registration?.entries[0]?.bundle ?? '';
          metrics.registered(registration !== undefined);
          metrics.bundle(certificatesIn(published).length);
          // Without one the API server trusts what its machine trusts, and we cannot know that.
          const next = published === '' ? undefined : published;
          if (next === bundle) return;
          bundle = next;
          logger.log('info', 'the published CA bundle changed', {
            certificates: certificatesIn(published).length,
          });
          files.recheck();
        },
        failed: logFailure(deps),
      });
    },
    stop: async () => {
      cluster.close();
      await Promise.all([files.stop(), stopFollowing()]);
    },
  };
}

function managedFor(
  values: CertificateValues,
  namespace: string,
  clusterDomain: string,
  deps: CertificateDeps,
): Certificates {
  const { sink, observer, metrics, logger } = deps;
  const cluster = openInstallation(values, namespace);
  const service = `${values.serviceName}.${namespace}`;
  const certificates = new ManagedCertificates({
    installation: cluster.installation,
    watch: (notice) => cluster.watch({ secret: true }, notice, logFailure(deps)),
    leadership: new Leadership({
      client: cluster.client,
      namespace,
      name: values.lease,
      holder: `${hostname()}_${randomBytes(6).toString('hex')}`,
      timing: TIMING,
      wall: SYSTEM_CLOCK.wall,
      changed: (leads) => {
        metrics.leader(leads);
        logger.log('info', leads ? 'holds the Lease' : 'holds the Lease no more');
      },
      failed: logFailure(deps),
    }),
    lifetimes: lifetimesOf(values.caLifetime, values.leafLifetime),
    names: [`${service}.svc`, service, `${service}.svc.${clusterDomain}`],
    clock: SYSTEM_CLOCK,
    sink,
    observer,
    told: {
      bundle: metrics.bundle,
      registered: metrics.registered,
      wrote: (what) => {
        logger.log('info', `wrote ${what}`);
      },
      fight: (repairs) => {
        logger.log(
          'error',
          `somebody else keeps overwriting caBundle: repaired ${repairs} times in a short while, now more slowly; ` +
            'let your deployment tool ignore that field',
          { configuration: values.webhookConfiguration },
        );
      },
      failed: logFailure(deps),
    },
  });
  return {
    start: certificates.start,
    stop: async () => {
      await certificates.stop();
      cluster.close();
    },
  };
}

const logFailure =
  ({ logger }: CertificateDeps) =>
  (error: unknown): void => {
    logger.limited('warn', 'api', SECOND, 'our installation cannot be read or written', {
      reason: error instanceof Error ? error.message : String(error),
    });
  };

function openInstallation(values: CertificateValues, namespace: string) {
  const client: KubeClient = openClient(values);
  const stop = new AbortController();
  const names = { namespace, secret: values.caSecret, configuration: values.webhookConfiguration };
  const installation = new Installation(client, names, stop.signal);
  return {
    client,
    installation,
    watch: (
      what: { readonly secret: boolean },
      notice: () => void,
      failed: (error: unknown) => void,
    ): (() => Promise<void>) => {
      const watching = installation.watch(TIMING, what, notice, failed);
      return () => {
        stop.abort();
        return watching;
      };
    },
    close: () => {
      stop.abort();
      client.close();
    },
  };
}
