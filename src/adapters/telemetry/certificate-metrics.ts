/** The certificates' metrics (webhook-operations, section 11). */
import { Counter, Gauge, type Registry } from 'prom-client';
import type { CertificateObserver } from '../certs/ports.js';

export interface InstallationMetrics {
  /** How many certificates our entries of the webhook configuration trust. */
  readonly bundle: (certificates: number) => void;
  /** Whether this replica holds the Lease. */
  readonly leader: (leads: boolean) => void;
  /** Whether the API server is told to ask us. */
  readonly registered: (registered: boolean) => void;
}

export type CertificateMetrics = Omit<CertificateObserver, 'status'> & InstallationMetrics;

export function createCertificateMetrics(registry: Registry): CertificateMetrics {
  const registers = [registry];
  const gauge = (name: string, help: string): Gauge => new Gauge({ name, help, registers });
  const expiry = new Gauge({
    name: 'gatehouse_cert_expiry_timestamp_seconds',
    help: 'When the certificate ends, in seconds since 1970.',
    labelNames: ['cert'],
    registers,
  });
  const reloads = new Counter({
    name: 'gatehouse_cert_reloads_total',
    help: 'Pairs taken into service.',
    registers,
  });
  const errors = new Counter({
    name: 'gatehouse_cert_reload_errors_total',
    help: 'Attempts to take a new pair that failed; the old one serves on.',
    labelNames: ['reason'],
    registers,
  });
  const bundle = gauge('gatehouse_ca_bundle_certificates', 'Certificates in the published caBundle.');
  const leader = gauge('gatehouse_leader', '1 while this replica holds the Lease.');
  const registered = gauge(
    'gatehouse_webhook_registered',
    '1 while the webhook configuration has our entries.',
  );
  return {
    reloaded: () => {
      reloads.inc();
    },
    reloadFailed: (reason) => {
      errors.inc({ reason });
    },
    expires: (cert, at) => {
      if (at === undefined) expiry.remove({ cert });
      else expiry.set({ cert }, at / 1_000);
    },
    bundle: (certificates) => {
      bundle.set(certificates);
    },
    leader: (leads) => {
      leader.set(leads ? 1 : 0);
    },
    registered: (is) => {
      registered.set(is ? 1 : 0);
    },
  };
}
