/** Identities that people write, as the proxy compares them (inbound-semantics A13). */
import { parseIdentityPattern } from '../../../algebra/index.js';
import type { Authentication } from '../port-policy.js';

/** Collects what authenticates a client, duplicates kept. */
export class IdentityList {
  readonly #exact: string[] = [];
  readonly #suffixes: string[] = [];

  /** A name, `*`, `*.suffix` or a SPIFFE id. */
  addText(text: string): void {
    const pattern = parseIdentityPattern(text);
    if (pattern.suffix === undefined) this.#exact.push(pattern.exact);
    else this.#suffixes.push(pattern.suffix);
  }

  addExact(identity: string): void {
    this.#exact.push(identity);
  }

  addSuffix(suffix: string): void {
    this.#suffixes.push(suffix);
  }

  /** Undefined for an empty list: it would authenticate nobody, and Linkerd ignores what has one. */
  toAuthentication(): Authentication | undefined {
    if (this.#exact.length + this.#suffixes.length === 0) return undefined;
    return { kind: 'identities', exact: this.#exact, suffixes: this.#suffixes };
  }
}
