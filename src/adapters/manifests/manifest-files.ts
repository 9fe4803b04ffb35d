/**
 * Manifests that are read again and again while we serve. What was read well stays in force while its file cannot be
 * read: a half-saved policy must not open or close anything. A file that is deleted is gone.
 */
import { stat } from 'node:fs/promises';
import { sep } from 'node:path';
import { readManifests } from './read-manifests.js';
import type { ManifestDocument, ParseProblem } from './yaml-documents.js';

export interface Contents {
  /** In the order of the paths and, below a directory, of the file names. */
  readonly documents: readonly ManifestDocument[];
  readonly problems: readonly ParseProblem[];
}

export class ManifestFiles {
  readonly #paths: readonly PathContents[];

  constructor(paths: readonly string[], stdin?: NodeJS.ReadableStream) {
    this.#paths = [...new Set(paths)].map((path) => new PathContents(path, stdin));
  }

  /** What stands in the files now or, where that cannot be read, what stood there last. */
  async read(): Promise<Contents> {
    const all: Contents[] = [];
    for (const path of this.#paths) all.push(await path.read());
    return {
      documents: all.flatMap(({ documents }) => documents),
      problems: all.flatMap(({ problems }) => problems),
    };
  }
}

interface FileContents {
  readonly documents: readonly ManifestDocument[];
  /** Whether all of the file could be read. */
  readonly whole: boolean;
}

type Files = ReadonlyMap<string, FileContents>;

const STDIN = '-';

class PathContents {
  readonly #path: string;
  readonly #stdin: NodeJS.ReadableStream | undefined;
  #files: Files = new Map();
  /** Of standard input or a pipe, which give what they have only once. */
  #streamed: Contents | undefined;

  constructor(path: string, stdin: NodeJS.ReadableStream | undefined) {
    this.#path = path;
    this.#stdin = stdin;
  }

  async read(): Promise<Contents> {
    if (this.#streamed !== undefined) return this.#streamed;
    const streamed = this.#path === STDIN || (await isPipe(this.#path));
    const options = this.#stdin === undefined ? {} : { stdin: this.#stdin };
    const { documents, problems } = await readManifests([this.#path], options);
    if (streamed) return (this.#streamed = { documents, problems });
    const lost = await stillThere(problems);
    const kept = new Map([...this.#files].filter(([file, { whole }]) => whole && isBelow(file, lost)));
    this.#files = new Map([...filesOf(documents, problems), ...kept]);
    return {
      documents: [...this.#files]
        .sort(([a], [b]) => compareFiles(a, b))
        .flatMap(([, file]) => file.documents),
      problems: problems.map((problem) => withFate(problem, kept)),
    };
  }
}

function filesOf(documents: readonly ManifestDocument[], problems: readonly ParseProblem[]): Files {
  const broken = new Set(problems.map(({ file }) => file));
  const files = new Map<string, { documents: ManifestDocument[]; whole: boolean }>();
  for (const document of documents) {
    const known = files.get(document.file);
    if (known !== undefined) known.documents.push(document);
    else files.set(document.file, { documents: [document], whole: !broken.has(document.file) });
  }
  return files;
}

/** The files and directories that have a problem but exist. */
async function stillThere(problems: readonly ParseProblem[]): Promise<ReadonlySet<string>> {
  const there = new Set<string>();
  for (const { file, line } of problems) if (line > 0 || !(await isGone(file))) there.add(file);
  return there;
}

async function isGone(path: string): Promise<boolean> {
  try {
    await stat(path);
    return false;
  } catch (error) {
    return ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '');
  }
}

async function isPipe(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found !== undefined && !found.isFile() && !found.isDirectory();
}

/** Whether the file is one of these, or lies below one. */
const isBelow = (file: string, paths: ReadonlySet<string>): boolean =>
  paths.has(file) || [...paths].some((path) => file.startsWith(path.endsWith(sep) ? path : path + sep));

function withFate(problem: ParseProblem, kept: Files): ParseProblem {
  const paths = new Set([problem.file]);
  if (![...kept.keys()].some((file) => isBelow(file, paths))) return problem;
  return { ...problem, message: `${problem.message}; what stood there before stays in force` };
}

/** As `readManifests` orders them: name by name from the top. */
function compareFiles(a: string, b: string): number {
  const [names, others] = [a.split(sep), b.split(sep)];
  const at = names.findIndex((name, index) => name !== others[index]);
  const [name = '', other = ''] = [names[at], others[at]];
  return name < other ? -1 : name > other ? 1 : names.length - others.length;
}
