/**
 * What the Secret says of CAs: the one that signs, the one that will, and those that signed before and whose leaves may
 * still be served. Read from and written to its data; other keys in it are none of ours and stay as they are.
 */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { KeyPair } from '../../http/tls-settings.js';
import { certificatesOf } from '../pair.js';

/** A certificate of a CA; times in ms since 1970. */
export interface CaCert {
  /** PEM, with one newline at its end. */
  readonly cert: string;
  readonly endsAt: number;
}

export interface Ca extends CaCert {
  readonly key: string;
}

export interface NextCa extends Ca {
  /** When it was read back from the published bundle. */
  readonly publishedAt?: number | undefined;
}

export interface PreviousCa extends CaCert {
  /** When its last leaf has ended; unknown where we did not see it retire. */
  readonly until?: number | undefined;
}

export interface CaState {
  readonly current?: Ca | undefined;
  readonly next?: NextCa | undefined;
  /** The one that retired last comes first. */
  readonly previous: readonly PreviousCa[];
}

const KEYS = {
  cert: 'ca.crt',
  key: 'ca.key',
  nextCert: 'next-ca.crt',
  nextKey: 'next-ca.key',
  nextPublishedAt: 'next-ca.published-at',
  previousCerts: 'previous-ca.crt',
  previousUntil: 'previous-ca.until',
} as const;

/** The data of a Secret, decoded. */
export type SecretTexts = ReadonlyMap<string, string>;

/** Reads the state; what does not parse or has no key of its own cannot sign, but may have signed. */
export function readCaState(data: SecretTexts): CaState {
  const text = (key: string): string => data.get(key) ?? '';
  const current = readCa(text(KEYS.cert), text(KEYS.key));
  const next = readCa(text(KEYS.nextCert), text(KEYS.nextKey));
  const publishedAt = Date.parse(text(KEYS.nextPublishedAt));
  const times = text(KEYS.previousUntil).split('\n');
  const previous = certsOf(text(KEYS.previousCerts)).map((cert, i): PreviousCa => {
    const until = Date.parse(times[i] ?? '');
    return Number.isNaN(until) ? cert : { ...cert, until };
  });
  return {
    ...(current === undefined ? {} : { current }),
    ...(next === undefined ? {} : { next: Number.isNaN(publishedAt) ? next : { ...next, publishedAt } }),
    previous: current === undefined ? [...certsOf(text(KEYS.cert)), ...previous] : previous,
  };
}

/** The keys of ours and their texts; undefined for one that is to go. */
export function writeCaState({ current, next, previous }: CaState): ReadonlyMap<string, string | undefined> {
  const time = (at: number | undefined): string | undefined =>
    at === undefined ? undefined : new Date(at).toISOString();
  const some = previous.length > 0;
  return new Map([
    [KEYS.cert, current?.cert],
    [KEYS.key, current?.key],
    [KEYS.nextCert, next?.cert],
    [KEYS.nextKey, next?.key],
    [KEYS.nextPublishedAt, time(next?.publishedAt)],
    [KEYS.previousCerts, some ? bundleOf(previous) : undefined],
    [KEYS.previousUntil, some ? previous.map(({ until }) => time(until) ?? '').join('\n') : undefined],
  ]);
}

export const bundleOf = (certs: readonly CaCert[]): string => certs.map(({ cert }) => cert).join('');

/** The CAs of a PEM text, in its order. */
export const certsOf = (pem: string): CaCert[] =>
  certificatesOf(pem)
    .filter(({ ca }) => ca)
    .map((certificate) => ({
      cert: `${certificate.toString().trim()}\n`,
      endsAt: Date.parse(certificate.validTo),
    }));

/** A CA that can sign; undefined for anything else. */
export function readCa(cert: string, key: string): Ca | undefined {
  const [found, ...more] = certsOf(cert);
  if (found === undefined || more.length > 0) return undefined;
  try {
    return new X509Certificate(found.cert).checkPrivateKey(createPrivateKey(key))
      ? { ...found, key }
      : undefined;
  } catch {
    return undefined;
  }
}

/** A CA that was just made. */
export function caOf({ cert, key }: KeyPair): Ca {
  const ca = readCa(cert, key);
  if (ca === undefined) throw new Error('a new CA cannot be read');
  return ca;
}
