/** Which version of each kind a cluster serves: an older one knows only older versions. */
import { member } from '../../model/json.js';
import type { SourceKind } from '../../policy/objects/kinds.js';
import { apiRoot } from './addresses.js';
import { KubeError, KubeHttpError } from './errors.js';
import type { KubeClient } from './kube-client.js';
import type { Timing } from './timing.js';

/** The plural names that a group's version serves; undefined when we may not ask. */
type Served = ReadonlySet<string> | undefined;

interface Answer {
  readonly askedAt: number;
  readonly served: Promise<Served>;
  doubted: boolean;
}

const TIMEOUT_MS = 10_000;
/** Answers younger than this are not asked for again: many kinds of a group come to the same doubt at once. */
const FRESH_MS = 500;

export class Discovery {
  readonly #client: KubeClient;
  readonly #timing: Timing;
  readonly #signal: AbortSignal;
  readonly #answers = new Map<string, Answer>();

  constructor(client: KubeClient, timing: Timing, signal: AbortSignal) {
    this.#client = client;
    this.#timing = timing;
    this.#signal = signal;
  }

  /** The version of ours to ask for, the preferred one first; undefined when the cluster serves none. */
  async versionOf(kind: SourceKind): Promise<string | undefined> {
    // The core group is there, in its one version; to ask would say nothing.
    if (kind.group === '') return kind.versions[0];
    for (const version of kind.versions) {
      const served = await this.#ask(apiRoot(kind.group, version));
      // We may not ask: the list itself will tell.
      if (served === undefined || served.has(kind.plural)) return version;
    }
    return undefined;
  }

  /** Asks anew next time: the answer did not hold, or may not hold any more. */
  doubt(kind: SourceKind): void {
    for (const version of kind.versions) {
      const answer = this.#answers.get(apiRoot(kind.group, version));
      if (answer !== undefined) answer.doubted = true;
    }
  }

  #ask(root: string): Promise<Served> {
    const now = this.#timing.now();
    const known = this.#answers.get(root);
    if (known !== undefined && !(known.doubted && now - known.askedAt >= FRESH_MS)) return known.served;
    const answer = { askedAt: now, served: this.#read(root), doubted: false };
    this.#answers.set(root, answer);
    // Whoever asked is told; the next one asks again.
    answer.served.catch(() => {
      if (this.#answers.get(root) === answer) this.#answers.delete(root);
    });
    return answer.served;
  }

  async #read(root: string): Promise<Served> {
    try {
      const answer = await this.#client.getJson(root, { timeoutMs: TIMEOUT_MS, signal: this.#signal });
      const resources = member(answer, 'resources');
      if (!Array.isArray(resources)) throw new KubeError('kube-malformed', `${root} lists no resources`);
      const names = resources.map((resource) => member(resource, 'name'));
      return new Set(names.filter((name) => typeof name === 'string'));
    } catch (error) {
      if (error instanceof KubeHttpError && error.status === 404) return new Set();
      if (error instanceof KubeHttpError && error.status === 403) return undefined;
      throw error;
    }
  }
}
