/**
 * Reads manifests from files, directories and standard input. Whatever cannot be read is named in a problem; the rest is
 * read all the same. The result does not depend on the order in which a directory lists its entries.
 */
import { isUtf8 } from 'node:buffer';
import { createReadStream, type Dirent } from 'node:fs';
import { open, readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type ManifestDocument, parseDocuments, type ParseProblem } from './yaml-documents.js';

export interface Manifests {
  readonly documents: readonly ManifestDocument[];
  readonly problems: readonly ParseProblem[];
  /** How many files were read, standard input among them. */
  readonly files: number;
  /** Whether something that was asked for by name is not there or cannot be read; `problems` says what. */
  readonly missing: boolean;
}

/** Ten thousand objects as the API server prints them are 60 MB. */
export const MAX_FILE_BYTES = 64 * 1024 * 1024;

// Enough to keep a disk or a network file system busy.
const CONCURRENCY = 16;
const MANIFEST = /\.(?:ya?ml|json)$/i;
const STDIN = '-';

/** Each path is a file, a directory (read with all below it) or `-`. A file that is reached twice is read once. */
export async function readManifests(
  paths: readonly string[],
  { stdin }: { stdin?: NodeJS.ReadableStream } = {},
): Promise<Manifests> {
  const search = new Search();
  const named = new Set(paths);
  for (const path of named) {
    if (path === STDIN) search.add(() => readStream(STDIN, stdin));
    else await search.visit(path);
  }
  const documents: ManifestDocument[] = [];
  const problems: ParseProblem[] = [];
  let files = 0;
  let missing = false;
  for await (const outcome of inOrder(search.reads)) {
    if (outcome.text === undefined) {
      problems.push(outcome.problem);
      missing ||= outcome.problem.line === 0 && named.has(outcome.problem.file);
      continue;
    }
    files++;
    const parsed = parseDocuments(outcome.text, { file: outcome.file });
    for (const document of parsed.documents) documents.push(document);
    for (const problem of parsed.problems) problems.push(problem);
  }
  return { documents, problems, files, missing };
}

type Outcome =
  | { readonly file: string; readonly text: string }
  | { readonly problem: ParseProblem; readonly text?: never };
type Read = () => Promise<Outcome>;

/** Runs the reads a few at a time and gives their outcomes in the order of the list. */
async function* inOrder(reads: readonly Read[]): AsyncGenerator<Outcome> {
  const running: Promise<Outcome>[] = [];
  let next = 0;
  while (next < reads.length || running.length > 0) {
    for (let read = reads[next]; read !== undefined && running.length < CONCURRENCY; read = reads[next]) {
      running.push(read());
      next++;
    }
    const first = running.shift();
    if (first !== undefined) yield await first;
  }
}

/** Collects what is to be read, in the order in which it is to be reported. */
class Search {
  readonly reads: Read[] = [];
  /** Real paths: a link that leads back up, or a second way to the same file, ends here. */
  readonly #seen = new Set<string>();

  add(read: Read): void {
    this.reads.push(read);
  }

  /** A path that somebody named, or a link: what it is and where it really is has to be asked first. */
  async visit(path: string): Promise<void> {
    try {
      const [found, real] = await Promise.all([stat(path), realpath(path)]);
      if (found.isDirectory()) await this.#directory(path, real);
      else if (this.#isNew(real)) this.add(() => (found.isFile() ? readRegular(path) : readPipe(path)));
    } catch (error) {
      this.#cannotRead(path, error);
    }
  }

  async #directory(directory: string, real: string): Promise<void> {
    if (!this.#isNew(real)) return;
    const entries = await readdir(directory, { withFileTypes: true });
    entries.sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const entry of entries) {
      if (!entry.name.startsWith('.') && entry.name !== 'node_modules') {
        await this.#entry(entry, join(directory, entry.name), join(real, entry.name));
      }
    }
  }

  async #entry(entry: Dirent, path: string, real: string): Promise<void> {
    const named = MANIFEST.test(entry.name);
    if (entry.isDirectory()) {
      await this.#directory(path, real).catch((error: unknown) => this.#cannotRead(path, error));
    } else if (entry.isFile()) {
      if (named && this.#isNew(real)) this.add(() => readRegular(path));
    } else if (entry.isSymbolicLink()) {
      // A link that leads nowhere is worth a word only if it is called like a manifest.
      const target = await stat(path).catch(() => undefined);
      if (target?.isDirectory() === true || (named && target?.isFile() !== false)) await this.visit(path);
    }
  }

  #cannotRead(path: string, error: unknown): void {
    const outcome = cannotRead(path, error);
    this.add(() => Promise.resolve(outcome));
  }

  #isNew(real: string): boolean {
    if (this.#seen.has(real)) return false;
    this.#seen.add(real);
    return true;
  }
}

async function readRegular(file: string): Promise<Outcome> {
  let handle;
  try {
    handle = await open(file);
    const { size } = await handle.stat();
    return size > MAX_FILE_BYTES ? tooLarge(file) : decode(file, await handle.readFile());
  } catch (error) {
    return cannotRead(file, error);
  } finally {
    await handle?.close();
  }
}

/** A named pipe, as from `<(helm template …)`. */
const readPipe = (file: string): Promise<Outcome> => readStream(file, createReadStream(file));

async function readStream(file: string, stream: NodeJS.ReadableStream | undefined): Promise<Outcome> {
  if (stream === undefined) return unread(file, 'there is no standard input to read');
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of stream) {
      const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
      size += bytes.length;
      if (size > MAX_FILE_BYTES) return tooLarge(file);
      chunks.push(bytes);
    }
  } catch (error) {
    return cannotRead(file, error);
  }
  return decode(file, Buffer.concat(chunks));
}

function decode(file: string, bytes: Buffer): Outcome {
  if (isUtf8(bytes)) return { file, text: bytes.toString('utf8') };
  const utf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  const message = utf16 ? 'the file is UTF-16 text, not UTF-8' : 'the line holds bytes that are not UTF-8';
  const place = { line: utf16 ? 1 : firstBadLine(bytes), column: 1 };
  return { problem: { file, ...place, message, hint: 'save the file as UTF-8' } };
}

function firstBadLine(bytes: Buffer): number {
  let line = 1;
  let start = 0;
  // A line feed is never part of a longer sequence, so each line stands for itself.
  for (let end = bytes.indexOf(0x0a); end !== -1 && isUtf8(bytes.subarray(start, end)); line++) {
    start = end + 1;
    end = bytes.indexOf(0x0a, start);
  }
  return line;
}

/** Line 0: the file as a whole. */
const unread = (file: string, message: string, hint?: string): Outcome => ({
  problem: { file, line: 0, column: 0, message, ...(hint !== undefined && { hint }) },
});

const tooLarge = (file: string): Outcome =>
  unread(file, `the file is larger than ${String(MAX_FILE_BYTES / 1024 / 1024)} MiB`, 'split it up');

const REASONS: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'there is no such file or directory'],
  ['EACCES', 'no permission to read it'],
  ['EPERM', 'no permission to read it'],
  ['ELOOP', 'a symbolic link leads back to itself'],
]);

function cannotRead(file: string, error: unknown): Outcome {
  const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
  return unread(file, REASONS.get(code) ?? `it cannot be read (${code})`);
}
