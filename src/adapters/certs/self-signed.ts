/**
 * A self-signed CA and a serving certificate, for use without a cluster and for installing by hand. The CA's key
 * signs one leaf and is thrown away.
 */
import { X509Certificate } from 'node:crypto';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import { OperationalError } from '../../model/operational-error.js';
import { FILES, readPairFiles } from './load-pair.js';
import { pairProblems, type Pair } from './pair.js';

export interface SelfSignedNeeds {
  readonly dnsNames: readonly string[];
  readonly ipAddresses: readonly string[];
  readonly now: Date;
}

export interface SelfSigned extends Required<Pair> {
  /** Whether it was made now, and why. */
  readonly made: string | undefined;
}

const CA_NAME = 'Gatehouse self-signed CA';
const HOUR_MS = 3_600_000;
const DAYS_MS = 365 * 24 * HOUR_MS;

/**
 * The pair in `dir`, made when there is none and made anew when ours has ended or lacks a name. What somebody else
 * put there is never overwritten: an OperationalError says what is wrong with it.
 */
export async function ensureSelfSigned(dir: string, needs: SelfSignedNeeds): Promise<SelfSigned> {
  const { cert, key, ca } = await readPairFiles(dir);
  if (cert === undefined && key === undefined && ca === undefined) return write(dir, needs, 'there was none');
  const names = needs.dnsNames;
  const problems =
    cert === undefined || key === undefined || ca === undefined
      ? ['a part of it is missing']
      : pairProblems({ cert, key, ca }, { names, now: needs.now });
  if (problems.length === 0) return { cert: cert ?? '', key: key ?? '', ca: ca ?? '', made: undefined };
  if (ca !== undefined && isOurs(ca)) return write(dir, needs, problems.join('; '));
  throw new OperationalError('certs-foreign', `the pair in ${dir} cannot be served: ${problems.join('; ')}`, {
    hint: `it was not made by Gatehouse and is left alone: put it right and use --tls files, or empty ${dir}`,
  });
}

function isOurs(ca: string): boolean {
  try {
    return new X509Certificate(ca).subject.includes(CA_NAME);
  } catch {
    return false;
  }
}

async function write(dir: string, needs: SelfSignedNeeds, made: string): Promise<SelfSigned> {
  const pair = await makePair(needs);
  try {
    await mkdir(dir, { recursive: true });
    // The key first: a certificate without its key is the state that a reader can tell.
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

async function replace(path: string, text: string, mode: number): Promise<void> {
  const next = `${path}.new`;
  await writeFile(next, text, { mode });
  await rename(next, path);
}

/** A CA and a leaf of it, ECDSA P-256, from an hour ago for a year. */
export async function makePair({ dnsNames, ipAddresses, now }: SelfSignedNeeds): Promise<Required<Pair>> {
  const common = {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    notBeforeDate: new Date(now.getTime() - HOUR_MS),
    notAfterDate: new Date(now.getTime() + DAYS_MS),
  } as const;
  // The subject is new each time, so that two CAs are never taken for each other.
  const ca = await generate([{ name: 'commonName', value: `${CA_NAME} ${String(now.getTime())}` }], {
    ...common,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const leaf = await generate([{ name: 'commonName', value: dnsNames[0] ?? 'gatehouse' }], {
    ...common,
    ca: { key: ca.private, cert: ca.cert },
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
  return { cert: leaf.cert, key: leaf.private, ca: ca.cert };
}
