/** The pair that is served, and the rule that only a good one ever is (webhook-operations, section 4). */
import { X509Certificate } from 'node:crypto';
import type { Clock } from '../http/clock.js';
import { pairFaults, type Pair, type PairFault, type PairNeeds } from './pair.js';
import type { CertificateObserver, CertificateSink } from './ports.js';

export interface ServingDeps {
  readonly sink: CertificateSink;
  readonly observer: CertificateObserver;
  readonly clock: Pick<Clock, 'wall'>;
  /** What a pair must meet at the moment, besides the time. */
  readonly needs: () => Omit<PairNeeds, 'now'>;
}

export class Serving {
  readonly #deps: ServingDeps;
  #pair: Pair | undefined;

  constructor(deps: ServingDeps) {
    this.#deps = deps;
  }

  /** What is served now. */
  get pair(): Pair | undefined {
    return this.#pair;
  }

  /** Serves `pair` if it is good; otherwise what was served stays. Says what is wrong with it. */
  offer(pair: Pair): readonly PairFault[] {
    const { sink, observer } = this.#deps;
    const faults = this.#faultsOf(pair);
    if (faults[0] !== undefined) {
      observer.reloadFailed(faults[0].reason, faults.map(({ message }) => message).join('; '));
    } else {
      try {
        sink.serve(pair);
        this.#pair = pair;
        observer.reloaded(`until ${new X509Certificate(pair.cert).validTo}`);
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        observer.reloadFailed('unusable', message);
        this.look();
        return [{ reason: 'unparsable', message }];
      }
    }
    this.look();
    return faults;
  }

  /** Looks whether what is served is still good. What has ended is served no longer; what nobody trusts may be again. */
  look(): void {
    const { sink, observer } = this.#deps;
    const faults = this.#pair === undefined ? [] : this.#faultsOf(this.#pair);
    const ended = faults.some(({ reason }) => reason === 'validity');
    if (ended) {
      this.#pair = undefined;
      sink.withdraw();
    }
    const leaf = this.#pair === undefined ? undefined : new X509Certificate(this.#pair.cert);
    observer.expires('leaf', leaf === undefined ? undefined : Date.parse(leaf.validTo));
    if (faults.length > 0) observer.status(false, faults.map(({ message }) => message).join('; '));
    else if (leaf === undefined) observer.status(false, 'there is none');
    else observer.status(true, `until ${leaf.validTo}`);
  }

  #faultsOf(pair: Pair): readonly PairFault[] {
    const { needs, clock } = this.#deps;
    return pairFaults(pair, { ...needs(), now: new Date(clock.wall()) });
  }
}
