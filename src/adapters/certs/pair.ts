/** Whether a certificate and key can be served (webhook-operations, section 4). */
import { createPrivateKey, X509Certificate } from 'node:crypto';

export interface Pair {
  /** PEM; the leaf first. */
  readonly cert: string;
  readonly key: string;
  /** PEM; the bundle that the chain must end in. */
  readonly ca?: string;
}

export interface PairNeeds {
  /** DNS names that the certificate must cover. */
  readonly names: readonly string[];
  readonly now: Date;
}

/** What is wrong with a pair; empty when it can be served. Node itself takes an empty pair and fails every handshake. */
export function pairProblems(pair: Pair, { names, now }: PairNeeds): readonly string[] {
  if (pair.cert.trim() === '') return ['the certificate is empty'];
  if (pair.key.trim() === '') return ['the key is empty'];
  const leaf = parse(() => new X509Certificate(pair.cert));
  const key = parse(() => createPrivateKey(pair.key));
  const problems: string[] = [];
  if (leaf === undefined) problems.push('the certificate does not parse as PEM');
  if (key === undefined) problems.push('the key does not parse as PEM');
  if (leaf === undefined || key === undefined) return problems;
  if (!leaf.checkPrivateKey(key)) problems.push('the key does not belong to the certificate');
  if (now < new Date(leaf.validFrom)) problems.push(`the certificate begins only on ${leaf.validFrom}`);
  if (now > new Date(leaf.validTo)) problems.push(`the certificate ended on ${leaf.validTo}`);
  for (const name of names)
    if (leaf.checkHost(name) === undefined) problems.push(`the certificate is not for ${name}`);
  if (pair.ca !== undefined && !isSignedBy(pair, leaf))
    problems.push('the certificate is not signed by the CA beside it');
  return problems;
}

function isSignedBy({ cert, ca = '' }: Pair, leaf: X509Certificate): boolean {
  const roots = certificatesOf(ca);
  const between = certificatesOf(cert).slice(1);
  const seen = new Set<string>();
  let current: X509Certificate | undefined = leaf;
  while (current !== undefined && !seen.has(current.fingerprint256)) {
    const child: X509Certificate = current;
    seen.add(child.fingerprint256);
    if (roots.some((root) => root.fingerprint256 === child.fingerprint256 || issued(root, child)))
      return true;
    current = between.find((candidate) => issued(candidate, child));
  }
  return false;
}

const issued = (issuer: X509Certificate, child: X509Certificate): boolean =>
  child.checkIssued(issuer) && child.verify(issuer.publicKey);

function certificatesOf(pem: string): X509Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  return blocks.flatMap((block) => parse(() => new X509Certificate(block)) ?? []);
}

function parse<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
