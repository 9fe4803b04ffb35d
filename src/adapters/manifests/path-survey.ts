/** Tells cheaply whether anything changed below some paths, without reading a file. */
import type { BigIntStats } from 'node:fs';
import { lstat, readdir, realpath, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

export interface Survey {
  /** Two equal ones were taken of the same contents. */
  readonly fingerprint: string;
  /** Where changes would show, each with what tells it from another directory that takes its place. */
  readonly directories: ReadonlyMap<string, string>;
}

/** Every file below the paths that could be a manifest, with its size and age. */
export async function survey(paths: readonly string[]): Promise<Survey> {
  const surveyor = new Surveyor();
  for (const path of paths) if (path !== STDIN) await surveyor.named(path);
  return { fingerprint: surveyor.lines.sort().join('\n'), directories: surveyor.directories };
}

const STDIN = '-';
const MANIFEST = /\.(?:ya?ml|json)$/i;

class Surveyor {
  readonly lines: string[] = [];
  readonly directories = new Map<string, string>();
  /** Real paths, so that a link that leads back up is followed once. */
  readonly #seen = new Set<string>();

  /**
   * A path that was asked for. That another takes the place of a file or a link shows around it; a directory that goes
   * shows in itself, and what is around it may be as busy as /tmp.
   */
  async named(path: string): Promise<void> {
    const itself = await lstat(path).catch(() => undefined);
    const around = dirname(path);
    const found = itself?.isDirectory() === true ? '' : await statOf(around);
    if (typeof found !== 'string') this.directories.set(around, identityOf(found));
    await this.#visit(path, await statOf(path), true);
  }

  async #visit(path: string, found: BigIntStats | string, named: boolean): Promise<void> {
    if (typeof found === 'string') this.lines.push(`${path}\t${found}`);
    else if (found.isDirectory()) await this.#directory(path, found);
    else if (found.isFile() && (named || MANIFEST.test(path))) this.lines.push(`${path}\t${ageOf(found)}`);
    // A pipe gives what it has once; that it is another one is all there is to know.
    else if (named) this.lines.push(`${path}\t${identityOf(found)}`);
  }

  async #directory(path: string, found: BigIntStats): Promise<void> {
    try {
      const real = await realpath(path);
      if (this.#seen.has(real)) return;
      this.#seen.add(real);
      this.directories.set(path, identityOf(found));
      const names = (await readdir(path)).filter((name) => !name.startsWith('.') && name !== 'node_modules');
      const paths = names.sort().map((name) => join(path, name));
      const entries = await Promise.all(paths.map(async (entry) => ({ entry, of: await statOf(entry) })));
      // One after the other: of two links to one directory always the same one is followed.
      for (const { entry, of } of entries) await this.#visit(entry, of, false);
    } catch (error) {
      this.lines.push(`${path}\t${codeOf(error)}`);
    }
  }
}

/** Or why there is none. */
const statOf = (path: string): Promise<BigIntStats | string> => stat(path, { bigint: true }).catch(codeOf);

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? String(error);
const identityOf = ({ dev, ino }: BigIntStats): string => `${String(dev)}:${String(ino)}`;
const ageOf = (found: BigIntStats): string =>
  [identityOf(found), found.size, found.mtimeNs, found.ctimeNs].map(String).join(' ');
