/**
 * The live state: takes batches from a source, publishes one generation for each, and knows how far it can be
 * trusted (webhook-operations, sections 5 and 6).
 */
import type { StoredKind } from '../policy/objects/kinds.js';
import type { Batch, KindStatus, ObjectSource } from '../policy/ports.js';
import { apply, EMPTY_STATE, type State } from '../policy/state/state.js';

/** A kind of which nothing was heard for this long is stale. */
export const STALE_MS = 120_000;

export type Trust = 'usable' | 'not-ready' | 'stale';

export interface Generation {
  readonly number: number;
  readonly state: State;
}

export class ClusterCache {
  readonly source: ObjectSource;
  readonly #now: () => number;
  #generation: Generation = { number: 0, state: EMPTY_STATE };
  #listeners: ((generation: Generation, before: Generation) => void)[] = [];

  /** `now` is the clock of the source's `heardAt`. */
  constructor(source: ObjectSource, now: () => number) {
    this.source = source;
    this.#now = now;
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
  onGeneration(listener: (generation: Generation, before: Generation) => void): void {
    this.#listeners = [...this.#listeners, listener];
  }

  #take(batch: Batch): void {
    const before = this.#generation;
    const state = apply(before.state, batch);
    this.#generation = { number: before.number + 1, state };
    for (const listener of this.#listeners) listener(this.#generation, before);
  }

  /** Whether every kind that the cluster has was listed once. */
  get ready(): boolean {
    return this.source.status().every(({ state }) => state !== 'pending');
  }

  status(): readonly KindStatus[] {
    return this.source.status();
  }

  /** How far these kinds can be trusted now. A kind that the cluster does not have is no reason for doubt. */
  trust(kinds: readonly StoredKind[]): Trust {
    const status = this.source.status().filter(({ kind }) => kinds.includes(kind));
    if (status.some(({ state }) => state === 'pending')) return 'not-ready';
    return status.some((kind) => kind.state === 'listed' && this.#isStale(kind)) ? 'stale' : 'usable';
  }

  #isStale({ heardAt }: KindStatus): boolean {
    return heardAt !== undefined && this.#now() - heardAt >= STALE_MS;
  }
}
