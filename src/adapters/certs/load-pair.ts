/** A mounted pair: `tls.crt`, `tls.key` and, where it is there, `ca.crt`. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { OperationalError } from '../../model/operational-error.js';
import { pairProblems, type Pair, type PairNeeds } from './pair.js';

export const FILES = { cert: 'tls.crt', key: 'tls.key', ca: 'ca.crt' } as const;

/** The texts in a directory; undefined for a file that is not there. */
export async function readPairFiles(dir: string): Promise<Partial<Record<keyof typeof FILES, string>>> {
  const [cert, key, ca] = await Promise.all(
    [FILES.cert, FILES.key, FILES.ca].map((file) => readIfThere(join(dir, file))),
  );
  return {
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(ca === undefined ? {} : { ca }),
  };
}

/** Reads a pair that can be served, or throws an OperationalError that says what is wrong with it. */
export async function loadPair(
  dir: string,
  needs: Partial<PairNeeds> & Pick<PairNeeds, 'now'>,
): Promise<Pair> {
  const { cert, key, ca } = await readPairFiles(dir);
  const missing = [...(cert === undefined ? [FILES.cert] : []), ...(key === undefined ? [FILES.key] : [])];
  if (cert === undefined || key === undefined) {
    throw new OperationalError('certs-missing', `${dir} has no ${missing.join(' and no ')}`, {
      hint: 'put a certificate and its key there, or let --tls self-signed make them',
    });
  }
  const pair = { cert, key, ...(ca === undefined ? {} : { ca }) };
  const problems = pairProblems(pair, { names: [], ...needs });
  if (problems.length > 0) {
    throw new OperationalError(
      'certs-invalid',
      `the pair in ${dir} cannot be served: ${problems.join('; ')}`,
      {
        hint: 'replace tls.crt and tls.key by a pair that belongs together and is valid now',
      },
    );
  }
  return pair;
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new OperationalError('certs-unreadable', `${path} cannot be read`, {
      cause,
      hint: 'check its permissions',
    });
  }
}
