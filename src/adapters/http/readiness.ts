/**
 * Whether this replica should get reviews, kept as finished text: a probe costs nothing and waits for nobody
 * (webhook-operations, section 8). Who changes a condition says so; nobody is asked.
 */

export interface ReadinessPage {
  readonly ready: boolean;
  readonly short: string;
  /** One line a check, in their fixed order. */
  readonly verbose: string;
}

interface Check {
  readonly ok: boolean;
  readonly detail: string;
}

export class Readiness {
  readonly #checks: Map<string, Check>;
  #page: ReadinessPage;

  /** Every check fails until it has been set; none at all is not ready either. */
  constructor(names: readonly string[]) {
    this.#checks = new Map(names.map((name) => [name, { ok: false, detail: 'not known yet' }]));
    this.#page = this.#render();
  }

  get page(): ReadinessPage {
    return this.#page;
  }

  /** Records the outcome of a check; `detail` says why, or how many. */
  set(name: string, ok: boolean, detail = ''): void {
    this.#checks.set(name, { ok, detail });
    this.#page = this.#render();
  }

  #render(): ReadinessPage {
    const checks = [...this.#checks];
    const failed = checks.filter(([, { ok }]) => !ok).map(([name]) => name);
    const ready = checks.length > 0 && failed.length === 0;
    const short = ready ? 'ready\n' : `not ready: ${failed.join(', ')}\n`;
    const lines = checks.map(
      ([name, { ok, detail }]) => `[${ok ? '+' : '-'}] ${name}${detail === '' ? '' : `: ${detail}`}\n`,
    );
    return { ready, short, verbose: lines.join('') + short };
  }
}
