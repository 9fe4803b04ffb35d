/** Certificates of every kind that somebody might mount, for the tests. */
import { X509Certificate } from 'node:crypto';
import { generate } from 'selfsigned';

const DAY_MS = 86_400_000;

export interface Issued {
  readonly cert: string;
  readonly key: string;
}

export interface Wanted {
  readonly name?: string;
  readonly by?: Issued;
  /** Renews this one: the same key, another certificate. */
  readonly renews?: Issued;
  readonly isCa?: boolean;
  readonly dns?: readonly string[];
  readonly addresses?: readonly string[];
  readonly purpose?: 'serverAuth' | 'clientAuth';
  /** Days from `now`. */
  readonly from?: number;
  readonly to?: number;
}

export const NOW = new Date();

export async function issue({
  name = 'somebody',
  by,
  renews,
  isCa = false,
  dns = ['localhost'],
  addresses = [],
  purpose,
  from = -1,
  to = 90,
}: Wanted): Promise<Issued> {
  const made = await generate([{ name: 'commonName', value: name }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    notBeforeDate: new Date(NOW.getTime() + from * DAY_MS),
    notAfterDate: new Date(NOW.getTime() + to * DAY_MS),
    ...(by !== undefined && { ca: by }),
    ...(renews !== undefined && { keyPair: { privateKey: renews.key, publicKey: publicKeyOf(renews) } }),
    extensions: [
      { name: 'basicConstraints', cA: isCa, critical: true },
      ...(purpose === undefined ? [] : [{ name: 'extKeyUsage' as const, [purpose]: true }]),
      ...(dns.length === 0
        ? []
        : [
            {
              name: 'subjectAltName' as const,
              altNames: [
                ...dns.map((value) => ({ type: 2 as const, value })),
                ...addresses.map((ip) => ({ type: 7 as const, ip })),
              ],
            },
          ]),
    ],
  });
  return { cert: made.cert, key: made.private };
}

const publicKeyOf = ({ cert }: Issued): string =>
  new X509Certificate(cert).publicKey.export({ type: 'spki', format: 'pem' }).toString();
