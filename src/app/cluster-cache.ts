/**
 * The live state: takes batches from a source, publishes one generation for each, and knows how far it can be
 * trusted (webhook-operations, sections 5 and 6).
 */
import type { StoredKind } from '../policy/objects/kinds.js';
import type { Batch, KindStatus, ObjectSource } from '../policy/ports.js';
import { advance } from '../policy/inbound/advance.js';
import type { Changes } from '../policy/inbound/changed-ports.js';
import { emptyIndex, type InboundIndex } from '../policy/inbound/inbound-index.js';
import type { PolicyWorld } from '../policy/inbound/compiler.js';
import type { State } from '../policy/state/state.js';

/** A kind of which nothing was heard for this long is stale. */
export const STALE_MS = 120_000;

export type Trust = 'usable' | 'not-ready' | 'stale';

export interface Generation {
  readonly number: number;
  readonly state: State;
  /** The effective policy of every workload port. */
  readonly index: InboundIndex;
}

/** `changes` are the workload ports whose policy differs between the two. */
export type GenerationListener = (generation: Generation, before: Generation, changes: Changes) => void;

export class ClusterCache {
  readonly source: ObjectSource;
  readonly #now: () => number;
  #generation: Generation;
  #listeners: GenerationListener[] = [];

  /** `now` is the clock of the source's `heardAt`. */
  constructor(
    source: ObjectSource,
    { now, world }: { readonly now: () => number; readonly world: PolicyWorld },
  ) {
    this.source = source;
    this.#now = now;
    const index = emptyIndex(world);
    this.#generation = { number: 0, state: index.state, index };
  }

  get generation(): Generation {
    return this.#generation;
  }

  start(): void {
    this.source.start((batch) => {
      this.#take(batch);
    });
  }

  stop(): Promise<void> {
    return this.source.stop();
  }

  /** Told of every generation, after it is published. */
  onGeneration(listener: GenerationListener): void {
    this.#listeners = [...this.#listeners, listener];
  }

  #take(batch: Batch): void {
    const before = this.#generation;
    const { index, changes } = advance(before.index, batch);
    this.#generation = { number: before.number + 1, state: index.state, index };
    for (const listener of this.#listeners) listener(this.#generation, before, changes);
  }

  /** Whether every kind that the cluster has was listed once. */
  get ready(): boolean {
    return this.source.status().every(({ state }) => state !== 'pending');
  }

  status(): readonly KindStatus[] {
    return this.source.status();
  }

  /**
   * How far these kinds can be trusted now. A kind that the cluster does not have, or that we may not read, is no
   * reason for doubt (`unread` names the latter), but `own`, the kind that a review is about, must have been listed:
   * the review shows that the cluster has it.
   */
  trust(kinds: readonly StoredKind[], own: StoredKind): Trust {
    const status = this.source.status().filter(({ kind }) => kinds.includes(kind));
    if (status.some(({ state }) => state === 'pending')) return 'not-ready';
    const isStale = (kind: KindStatus): boolean =>
      kind.state === 'unavailable' ? kind.kind === own : this.#isOld(kind);
    return status.some(isStale) ? 'stale' : 'usable';
  }

  /** Those of the kinds that we may not read: what is cached of them, if anything, is what was there when we could. */
  unread(kinds: readonly StoredKind[]): readonly StoredKind[] {
    return this.source
      .status()
      .filter(
        ({ kind, state, reason }) =>
          state === 'unavailable' && reason === 'forbidden' && kinds.includes(kind),
      )
      .map(({ kind }) => kind);
  }

  /** How long ago the kind that is listed and least fresh was heard of, in ms; undefined where none tells. */
  ageMs(): number | undefined {
    const heard = this.source
      .status()
      .flatMap(({ state, heardAt }) => (state === 'listed' && heardAt !== undefined ? [heardAt] : []));
    return heard.length === 0 ? undefined : Math.max(0, this.#now() - Math.min(...heard));
  }

  #isOld({ heardAt }: KindStatus): boolean {
    return heardAt !== undefined && this.#now() - heardAt >= STALE_MS;
  }
}
