/**
 * Manifests as a source of objects: all paths together are one state, completed as a cluster would, and followed while
 * we serve. Directories are watched, and looked over every few seconds in case nothing was noticed; when something
 * changed all is read again, and only the differences are delivered, in one batch.
 */
import { OperationalError } from '../../model/operational-error.js';
import { complete, type CompleteSettings } from '../../policy/complete/complete.js';
import { InternTable } from '../../policy/objects/intern.js';
import { SOURCE_KINDS, type StoredKind } from '../../policy/objects/kinds.js';
import type { StoredObject } from '../../policy/objects/stored.js';
import type { Batch, KindStatus, ObjectSource } from '../../policy/ports.js';
import { byKind, differences, placeOf, type ObjectsByKind } from './differences.js';
import { DirectoryWatch } from './directory-watch.js';
import { LookSchedule, type SourceTiming } from './look-schedule.js';
import { ManifestFiles, type Contents } from './manifest-files.js';
import { survey } from './path-survey.js';
import type { ManifestDocument, ParseProblem } from './yaml-documents.js';

export interface ManifestSourceOptions {
  /** Files, directories, or `-` for standard input. Of an object that is given twice the later one counts. */
  readonly paths: readonly string[];
  readonly stdin?: NodeJS.ReadableStream;
  readonly settings: CompleteSettings;
  readonly timing: SourceTiming;
  /** Told of all that cannot be read or used, each time that this changes; of an empty list once all is well again. */
  readonly onProblems?: (problems: readonly ParseProblem[]) => void;
  /** Told of an exception: the sink's, or one that should not be. */
  readonly onFault?: (error: unknown) => void;
  /** How often to look without a notice. */
  readonly pollMs?: number;
  /** How long to wait after a notice for those that follow it. */
  readonly settleMs?: number;
}

const POLL_MS = 3_000;
const SETTLE_MS = 100;
/** How often files are read again because they changed meanwhile. */
const MOST_READINGS = 5;

/** One life: after `stop` it is not started again. */
export class ManifestSource implements ObjectSource {
  readonly #options: ManifestSourceOptions;
  readonly #timing: SourceTiming;
  readonly #files: ManifestFiles;
  readonly #schedule: LookSchedule;
  readonly #watch: DirectoryWatch;
  #sink: ((batch: Batch) => void) | undefined;
  /** One look after the other, so that an older content never follows a newer one. */
  #looking = Promise.resolve();
  /** Of what was read last. */
  #fingerprint: string | undefined;
  /** Empty until all was read once. */
  #objects: ObjectsByKind = new Map();
  readonly #listed = new Set<StoredKind>();
  /** The kinds that the sink must be given as a whole: it has not taken them yet, or it threw. */
  readonly #owed = new Set(SOURCE_KINDS.map(({ id }) => id));
  readonly #firstRead: Promise<void>;
  #announceFirstRead = (): void => undefined;
  #problems = '[]';

  constructor(options: ManifestSourceOptions) {
    const { pollMs = POLL_MS, settleMs = SETTLE_MS } = options;
    this.#options = options;
    this.#timing = options.timing;
    this.#files = new ManifestFiles(options.paths, options.stdin);
    this.#schedule = new LookSchedule(options.timing, { pollMs, settleMs }, () => this.#lookNext());
    this.#watch = new DirectoryWatch(() => this.#schedule.noticed());
    this.#firstRead = new Promise((resolve) => {
      this.#announceFirstRead = resolve;
    });
  }

  readonly start = (sink: (batch: Batch) => void): void => {
    if (this.#sink !== undefined || this.#schedule.ended)
      throw new Error('a manifest source is started once');
    this.#sink = sink;
    this.#lookNext();
  };

  /** Waits for nothing: a pipe may never end. A look that goes on delivers no more. */
  readonly stop = (): Promise<void> => {
    this.#schedule.end();
    this.#watch.close();
    return Promise.resolve();
  };

  readonly status = (): readonly KindStatus[] => {
    const heardAt = this.#timing.now();
    return SOURCE_KINDS.map(({ id }) =>
      this.#listed.has(id)
        ? { kind: id, state: 'listed', heardAt, objects: this.#objects.get(id)?.size ?? 0 }
        : { kind: id, state: 'pending', objects: 0 },
    );
  };

  readonly get = async (
    kind: StoredKind,
    namespace: string,
    name: string,
    { timeoutMs }: { readonly timeoutMs: number },
  ): Promise<StoredObject | undefined> => {
    await this.#untilRead(timeoutMs);
    return this.#objects.get(kind)?.get(placeOf(namespace, name));
  };

  readonly list = async (
    kind: StoredKind,
    namespace: string,
    { timeoutMs, limit }: { readonly timeoutMs: number; readonly limit: number },
  ): Promise<readonly StoredObject[]> => {
    await this.#untilRead(timeoutMs);
    const objects = [...(this.#objects.get(kind)?.values() ?? [])];
    return objects.filter((object) => object.namespace === namespace).slice(0, limit);
  };

  /** Looks at once, as after a notice, and resolves when whatever changed was delivered. */
  readonly lookNow = (): Promise<void> => {
    if (this.#sink !== undefined) this.#lookNext();
    return this.#looking;
  };

  #lookNext(): void {
    this.#looking = this.#looking.then(async () => {
      try {
        if (!this.#schedule.ended) await this.#look();
      } catch (error) {
        if (!this.#schedule.ended) this.#options.onFault?.(error);
      }
      this.#schedule.looked();
    });
  }

  async #look(): Promise<void> {
    const found = await this.#survey();
    if (found !== this.#fingerprint) {
      const contents = await this.#readSettled(found);
      if (contents === undefined) return;
      this.#take(contents);
    } else if (this.#owed.size > 0) this.#deliver(this.#objects);
  }

  async #survey(): Promise<string> {
    const { fingerprint, directories } = await survey(this.#options.paths);
    if (!this.#schedule.ended) this.#watch.follow(directories);
    return fingerprint;
  }

  /** Reads until nothing changed while it was read; undefined once we are stopped. */
  async #readSettled(found: string): Promise<Contents | undefined> {
    let before = found;
    for (let reading = 1; ; reading++) {
      const contents = await this.#files.read();
      const after = await this.#survey();
      if (this.#schedule.ended) return undefined;
      if (after === before || reading === MOST_READINGS) {
        this.#fingerprint = before;
        return contents;
      }
      before = after;
      await this.#schedule.settled();
    }
  }

  #take({ documents, problems }: Contents): void {
    const manifests = documents.map(({ value }) => value);
    const completed = complete(manifests, this.#options.settings, { table: this.#table() });
    this.#report([...problems, ...completed.problems.flatMap((problem) => located(problem, documents))]);
    const before = this.#objects;
    this.#deliver(byKind(completed.objects, before));
    this.#announceFirstRead();
  }

  /** A table of what is there now: one that is kept would hold all that ever was. */
  #table(): InternTable {
    const table = new InternTable();
    for (const pod of this.#objects.get('core/Pod')?.values() ?? [])
      if (pod.kind === 'core/Pod') table.value(pod.template);
    return table;
  }

  #deliver(objects: ObjectsByKind): void {
    const batch = differences(this.#objects, objects, this.#owed);
    this.#objects = objects;
    if (batch.length === 0) return;
    const kinds = new Set(batch.map((event) => (event.type === 'applied' ? event.object.kind : event.kind)));
    try {
      this.#sink?.(batch);
      for (const kind of kinds) {
        this.#owed.delete(kind);
        this.#listed.add(kind);
      }
    } catch (error) {
      for (const kind of kinds) this.#owed.add(kind);
      this.#schedule.failed();
      this.#options.onFault?.(error);
    }
  }

  #report(problems: readonly ParseProblem[]): void {
    const text = JSON.stringify(problems);
    if (text === this.#problems) return;
    this.#problems = text;
    this.#options.onProblems?.(problems);
  }

  async #untilRead(timeoutMs: number): Promise<void> {
    let cancel = (): void => undefined;
    const late = new Promise<void>((_, reject) => {
      const error = new OperationalError('manifests-unread', 'the manifests are not read yet');
      cancel = this.#timing.after(timeoutMs, () => reject(error));
    });
    try {
      await Promise.race([this.#firstRead, late]);
    } finally {
      cancel();
    }
  }
}

function located(
  { index, message }: { readonly index: number; readonly message: string },
  documents: readonly ManifestDocument[],
): ParseProblem[] {
  const document = documents[index];
  if (document === undefined) return [];
  return [{ file: document.file, ...document.position(['metadata']), message }];
}
