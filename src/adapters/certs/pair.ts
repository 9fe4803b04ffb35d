/** Whether a certificate and key can be served (webhook-operations, section 4). */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';

export interface Pair {
  /** PEM; the leaf first. */
  readonly cert: string;
  readonly key: string;
  /** PEM; the bundle that the chain must end in. */
  readonly ca?: string;
}

export interface PairNeeds {
  /** DNS names and addresses that the certificate must cover. */
  readonly names: readonly string[];
  readonly now: Date;
  /** PEM; what callers trust, as far as it is known. The chain must end in it too. */
  readonly bundle?: string | undefined;
}

/** What is wrong, in a word for metrics. */
export type PairReason = 'empty' | 'unparsable' | 'key' | 'validity' | 'purpose' | 'names' | 'chain';

export interface PairFault {
  readonly reason: PairReason;
  readonly message: string;
}

const SERVER_AUTH = '1.3.6.1.5.5.7.3.1';
const ANY_PURPOSE = '2.5.29.37.0';

/** What is wrong with a pair; empty when it can be served. Node itself takes an empty pair and fails every handshake. */
export const pairProblems = (pair: Pair, needs: PairNeeds): readonly string[] =>
  pairFaults(pair, needs).map(({ message }) => message);

/** The same, with a word for each. */
export function pairFaults(pair: Pair, { names, now, bundle }: PairNeeds): readonly PairFault[] {
  if (pair.cert.trim() === '') return [{ reason: 'empty', message: 'the certificate is empty' }];
  if (pair.key.trim() === '') return [{ reason: 'empty', message: 'the key is empty' }];
  const leaf = parse(() => new X509Certificate(pair.cert));
  const key = parse(() => createPrivateKey(pair.key));
  const faults: PairFault[] = [];
  const add = (reason: PairReason, messages: readonly string[]): void => {
    faults.push(...messages.map((message) => ({ reason, message })));
  };
  if (leaf === undefined) add('unparsable', ['the certificate does not parse as PEM']);
  if (key === undefined) add('unparsable', [unusableKey(pair.key)]);
  if (leaf === undefined) return faults;
  if (key !== undefined && !leaf.checkPrivateKey(key))
    add('key', ['the key does not belong to the certificate']);
  add('validity', validityProblems(leaf, now));
  add('purpose', purposeProblems(leaf));
  add('names', nameProblems(leaf, names));
  if (pair.ca !== undefined) add('chain', chainProblems(pair.cert, pair.ca, 'the CA beside it', leaf, now));
  if (bundle !== undefined)
    add('chain', chainProblems(pair.cert, bundle, 'the published CA bundle', leaf, now));
  return faults;
}

const unusableKey = (pem: string): string =>
  pem.includes('ENCRYPTED') ? 'the key is encrypted' : 'the key does not parse as PEM';

function validityProblems(leaf: X509Certificate, now: Date): string[] {
  if (now < new Date(leaf.validFrom)) return [`the certificate begins only on ${leaf.validFrom}`];
  return now > new Date(leaf.validTo) ? [`the certificate ended on ${leaf.validTo}`] : [];
}

function purposeProblems(leaf: X509Certificate): string[] {
  // Node types the extended key usage as always there; a certificate without it serves any purpose.
  const purposes = leaf.keyUsage as readonly string[] | undefined;
  const serves = purposes === undefined || purposes.includes(SERVER_AUTH) || purposes.includes(ANY_PURPOSE);
  return serves ? [] : ['the certificate is not for servers'];
}

function nameProblems(leaf: X509Certificate, names: readonly string[]): string[] {
  // The API server reads no common name: without alternative names it trusts the certificate for nothing.
  if (leaf.subjectAltName === undefined) return ['the certificate has no subject alternative names'];
  const covers = (name: string): boolean =>
    (isIP(name) === 0 ? leaf.checkHost(name, { subject: 'never' }) : leaf.checkIP(name)) !== undefined;
  return names.filter((name) => !covers(name)).map((name) => `the certificate is not for ${name}`);
}

/** Follows issuers from the leaf to a certificate of the bundle, called `what`; each must be a CA and valid now. */
function chainProblems(
  cert: string,
  bundle: string,
  what: string,
  leaf: X509Certificate,
  now: Date,
): string[] {
  const roots = certificatesOf(bundle);
  if (roots.length === 0) return [`${what} does not parse as PEM`];
  const between = certificatesOf(cert).slice(1);
  const seen = new Set<string>();
  for (let current = leaf; !seen.has(current.fingerprint256);) {
    seen.add(current.fingerprint256);
    const child = current;
    if (roots.some(({ fingerprint256 }) => fingerprint256 === child.fingerprint256)) return [];
    const issuers = roots.filter((root) => issued(root, child));
    if (issuers.length > 0)
      return issuers.some((root) => isValid(root, now)) ? [] : ['the CA is not valid now'];
    const next = between.find((candidate) => issued(candidate, child) && isValid(candidate, now));
    if (next !== undefined) current = next;
  }
  return [`the certificate is not signed by ${what}`];
}

const issued = (issuer: X509Certificate, child: X509Certificate): boolean =>
  issuer.ca && child.checkIssued(issuer) && child.verify(issuer.publicKey);

const isValid = (certificate: X509Certificate, now: Date): boolean =>
  validityProblems(certificate, now).length === 0;

const PEM_CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** The certificates of a PEM text; blocks that do not parse are left out. */
export function certificatesOf(pem: string): X509Certificate[] {
  const blocks = pem.match(PEM_CERTIFICATE) ?? [];
  return blocks.flatMap((block) => parse(() => new X509Certificate(block)) ?? []);
}

function parse<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
