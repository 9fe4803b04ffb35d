/** Where the certificates of `gatehouse serve` come from (webhook-operations, section 4). */
import { FileCertificates } from '../adapters/certs/file-certificates.js';
import type { Certificates } from '../adapters/certs/ports.js';
import { ensureSelfSigned } from '../adapters/certs/self-signed.js';
import { SYSTEM_CLOCK } from '../adapters/http/clock.js';
import type { TlsMode } from './options/serve.js';
import type { CertificateDeps } from './serve.js';

export interface CertificateValues {
  readonly tls: TlsMode | undefined;
  readonly certs: string;
}

const LOCAL_NAMES = { dnsNames: ['localhost'], ipAddresses: ['127.0.0.1', '::1'] } as const;

/** A maker of certificates by `--tls`. A self-signed pair is made here and then followed like any other on disk. */
export async function certificatesOf(
  { tls, certs }: CertificateValues,
  local: boolean,
  now: Date,
): Promise<(deps: CertificateDeps) => Certificates> {
  const mode = tls ?? (local ? 'self-signed' : 'files');
  if (mode === 'self-signed') await ensureSelfSigned(certs, { ...LOCAL_NAMES, now });
  const names = mode === 'self-signed' ? [...LOCAL_NAMES.dnsNames, ...LOCAL_NAMES.ipAddresses] : [];
  return ({ sink, observer }) =>
    new FileCertificates({ dir: certs, names, clock: SYSTEM_CLOCK, sink, observer });
}
