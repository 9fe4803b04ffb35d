/** Makes certificates: ECDSA P-256, a CA and the leaves that it signs (webhook-operations, sections 3 and 4). */
import { randomBytes } from 'node:crypto';
import { generate } from 'selfsigned';
import type { KeyPair } from '../http/tls-settings.js';

export interface Validity {
  /** Milliseconds since 1970; certificates count whole seconds. */
  readonly from: number;
  readonly to: number;
}

export interface LeafNames {
  readonly dnsNames: readonly string[];
  readonly ipAddresses: readonly string[];
}

/** For clocks that are behind ours. */
export const BACKDATE_MS = 3_600_000;

const common = ({ from, to }: Validity) =>
  ({
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    notBeforeDate: new Date(from),
    notAfterDate: new Date(to),
  }) as const;

/**
 * A certificate authority. Its subject, which begins with `name`, is new each time: without key identifiers, two CAs
 * of one name would be taken for each other.
 */
export async function makeCa(name: string, validity: Validity): Promise<KeyPair> {
  const subject = [{ name: 'commonName', value: `${name} ${randomBytes(6).toString('hex')}` }];
  const made = await generate(subject, {
    ...common(validity),
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  return { cert: made.cert, key: made.private };
}

/** A serving certificate of `ca`, with a key of its own. */
export async function signLeaf(
  ca: KeyPair,
  { dnsNames, ipAddresses }: LeafNames,
  validity: Validity,
): Promise<KeyPair> {
  // A common name may have 64 characters at most, and nobody reads it: the names are in the extension.
  const made = await generate([{ name: 'commonName', value: 'gatehouse' }], {
    ...common(validity),
    ca,
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          ...dnsNames.map((value) => ({ type: 2 as const, value })),
          ...ipAddresses.map((ip) => ({ type: 7 as const, ip })),
        ],
      },
    ],
  });
  return { cert: made.cert, key: made.private };
}
