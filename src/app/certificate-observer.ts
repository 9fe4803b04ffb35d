/** Where certificates tell of themselves: readiness, metrics, and the log. */
import type { CertificateObserver } from '../adapters/certs/ports.js';
import type { Readiness } from '../adapters/http/readiness.js';
import type { CertificateMetrics } from '../adapters/telemetry/certificate-metrics.js';
import type { Logger } from '../adapters/telemetry/logger.js';

const SECOND = 1_000;

export function observeCertificates(
  readiness: Pick<Readiness, 'set'>,
  metrics: CertificateMetrics,
  logger: Logger,
): CertificateObserver {
  return {
    status: (ok, detail) => {
      readiness.set('certificate', ok, detail);
    },
    reloaded: (detail) => {
      metrics.reloaded(detail);
      logger.log('info', `a certificate was taken into service, ${detail}`);
    },
    reloadFailed: (reason, detail) => {
      metrics.reloadFailed(reason, detail);
      logger.limited('error', `reload ${reason}`, SECOND, `a new certificate was not taken: ${detail}`, {
        reason,
      });
    },
    expires: metrics.expires,
  };
}
