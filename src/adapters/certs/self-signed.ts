/**
 * A self-signed CA and a serving certificate, for use without a cluster and for installing by hand. The CA's key
 * signs one leaf and is thrown away: it never touches the disk.
 */
import { randomBytes, type X509Certificate } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { OperationalError } from '../../model/operational-error.js';
import { BACKDATE_MS, makeCa, signLeaf } from './authority.js';
import { FILES, readPairFiles } from './load-pair.js';
import { certificatesOf, pairProblems, type Pair } from './pair.js';

export interface SelfSignedNeeds {
  /** Beside `localhost`. */
  readonly dnsNames: readonly string[];
  /** Beside the loopback addresses. */
  readonly ipAddresses: readonly string[];
  readonly now: Date;
}

export interface SelfSigned extends Required<Pair> {
  /** Why it was made now; undefined if the one on disk was kept. */
  readonly made: string | undefined;
}

const CA_NAME = 'Gatehouse self-signed CA';
const YEAR_MS = 365 * 86_400_000;

/**
 * The pair in `dir`, made when there is none and made anew when ours has ended, lacks a name or does not belong
 * together. What somebody else put there is never overwritten: an OperationalError says what is wrong with it.
 */
export async function ensureSelfSigned(dir: string, needs: SelfSignedNeeds): Promise<SelfSigned> {
  const found = await readPairFiles(dir);
  const { cert, key, ca } = found;
  if (cert === undefined && key === undefined && ca === undefined) return write(dir, needs, 'there was none');
  let problems: readonly string[];
  if (cert !== undefined && key !== undefined && ca !== undefined) {
    const { dnsNames, ipAddresses } = coverage(needs);
    problems = pairProblems({ cert, key, ca }, { names: [...dnsNames, ...ipAddresses], now: needs.now });
    if (problems.length === 0) return { cert, key, ca, made: undefined };
  } else {
    const missing = (['cert', 'key', 'ca'] as const).filter((part) => found[part] === undefined);
    problems = missing.map((part) => `${FILES[part]} is missing`);
  }
  const foreign = foreignFile(found);
  if (foreign === undefined) return write(dir, needs, problems.join('; '));
  throw new OperationalError('certs-foreign', `the pair in ${dir} cannot be served: ${problems.join('; ')}`, {
    hint: `${join(dir, foreign)} was not made by Gatehouse and is left alone: put it right and use --tls files, or move it away`,
  });
}

/** The first file that we cannot show to be ours. A key says nothing of its maker: it goes with its certificate. */
function foreignFile({ cert, key, ca }: Partial<Pair>): string | undefined {
  if (cert !== undefined && commonName(cert, 'issuer')?.startsWith(CA_NAME) !== true) return FILES.cert;
  if (ca !== undefined && commonName(ca, 'subject')?.startsWith(CA_NAME) !== true) return FILES.ca;
  return key !== undefined && cert === undefined && ca === undefined ? FILES.key : undefined;
}

/** The common name in the only certificate of a PEM text. */
function commonName(pem: string, of: 'issuer' | 'subject'): string | undefined {
  const certificates: readonly X509Certificate[] = certificatesOf(pem);
  if (certificates.length !== 1) return undefined;
  return /^CN=(.*)$/m.exec(certificates[0]?.[of] ?? '')?.[1];
}

async function write(dir: string, needs: SelfSignedNeeds, made: string): Promise<SelfSigned> {
  const pair = await makePair(needs);
  try {
    await mkdir(dir, { recursive: true });
    // The certificate last: until then a reader sees a pair that does not belong together, never a wrong one.
    await replace(join(dir, FILES.key), pair.key, 0o600);
    await replace(join(dir, FILES.ca), pair.ca, 0o644);
    await replace(join(dir, FILES.cert), pair.cert, 0o644);
  } catch (cause) {
    throw new OperationalError('certs-unwritable', `certificates cannot be written to ${dir}`, {
      cause,
      hint: 'name a folder that can be written with --certs',
    });
  }
  return { ...pair, made };
}

/** Readers see the old text or the new one. A name of its own keeps an earlier attempt's file and mode out of it. */
async function replace(path: string, text: string, mode: number): Promise<void> {
  const next = `${path}.${randomBytes(6).toString('hex')}.new`;
  try {
    await writeFile(next, text, { mode, flag: 'wx' });
    await rename(next, path);
  } catch (error) {
    await rm(next, { force: true });
    throw error;
  }
}

const coverage = ({ dnsNames, ipAddresses }: SelfSignedNeeds) => ({
  dnsNames: [...new Set([...dnsNames, 'localhost'])],
  ipAddresses: [...new Set([...ipAddresses, '127.0.0.1', '::1'])],
});

/** A CA and a leaf of it, from an hour ago for a year. */
export async function makePair(needs: SelfSignedNeeds): Promise<Required<Pair>> {
  const now = needs.now.getTime();
  const validity = { from: now - BACKDATE_MS, to: now + YEAR_MS };
  const ca = await makeCa(CA_NAME, validity);
  return { ...(await signLeaf(ca, coverage(needs), validity)), ca: ca.cert };
}
