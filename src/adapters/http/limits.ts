/** The numbers of webhook-operations, sections 1 and 7, and what has room at the moment. */
import { OperationalError } from '../../model/operational-error.js';

const MIB = 1_048_576;

export interface Limits {
  readonly bodyBytes: number;
  readonly inFlight: number;
  readonly bufferedBytes: number;
}

export const LIMITS: Limits = Object.freeze({
  // The API server stores at most 3 MiB an object: the new one, the old one, and 1 MiB for the envelope around them
  // (user, groups, options). The usual framework default of 100 kB would refuse honest objects.
  bodyBytes: (3 + 3 + 1) * MIB,
  inFlight: 64,
  bufferedBytes: 64 * MIB,
});

/** The limits with some replaced. A value that is no positive integer must stop the start, not mean "no limit". */
export function limitsWith(over: Partial<Limits>): Limits {
  const limits = { ...LIMITS, ...over };
  for (const [name, value] of Object.entries(limits)) {
    if (Number.isSafeInteger(value) && value > 0) continue;
    throw new OperationalError('http-limit', `the limit ${name} must be a positive whole number`);
  }
  return limits;
}

/** Counts the requests in work and the bytes that they hold. */
export class Load {
  readonly #limits: Limits;
  #requests = 0;
  #bytes = 0;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  get requests(): number {
    return this.#requests;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Takes in one more request, unless there are too many. */
  enter(): boolean {
    if (this.#requests >= this.#limits.inFlight) return false;
    this.#requests += 1;
    return true;
  }

  /** Sets `bytes` aside, unless that is too much. */
  reserve(bytes: number): boolean {
    if (this.#bytes + bytes > this.#limits.bufferedBytes) return false;
    this.#bytes += bytes;
    return true;
  }

  /** A request that had entered is over; it held `bytes`. */
  leave(bytes: number): void {
    this.#requests -= 1;
    this.#bytes -= bytes;
  }
}
