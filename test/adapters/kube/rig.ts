/** One reflector on a small API server, under a clock that the test moves. */
import { setImmediate as turn, setTimeout as delay } from 'node:timers/promises';
import { Discovery } from '../../../src/adapters/kube/discovery.js';
import { HttpKubeClient, type KubeAuth, type KubeClient } from '../../../src/adapters/kube/kube-client.js';
import type { CacheMetrics, KubeLog } from '../../../src/adapters/kube/metrics.js';
import { Reflector, REFLECTOR_LIMITS, type ReflectorLimits } from '../../../src/adapters/kube/reflector.js';
import type { Project } from '../../../src/adapters/kube/known-objects.js';
import { SharedTable } from '../../../src/adapters/kube/shared-table.js';
import { sourceKind, type StoredKind } from '../../../src/policy/objects/kinds.js';
import { project } from '../../../src/policy/objects/project.js';
import type { Batch } from '../../../src/policy/ports.js';
import { Fold } from '../../conformance/object-source.js';
import { ManualTiming } from './manual-timing.js';
import { MockApiServer, plainAuth } from './mock-api-server.js';

export const SERVER = 'policy.linkerd.io/Server';

/** Real time passes while sockets work; the clock of the test does not move. */
export async function until(condition: () => unknown, what = 'a condition'): Promise<void> {
  const end = performance.now() + 5_000;
  while (condition() !== true) {
    if (performance.now() > end) throw new Error(`waited in vain for ${what}`);
    await turn();
  }
}

/** Long enough for what is on its way to arrive. */
export const quiet = (): Promise<void> => delay(30);

export interface RigOptions {
  readonly kind?: StoredKind;
  readonly limits?: Partial<ReflectorLimits>;
  readonly sink?: (batch: Batch) => void;
  readonly auth?: (server: MockApiServer) => KubeAuth;
  readonly project?: Project;
  readonly log?: KubeLog;
  /** Stands between the reflector and its client. */
  readonly between?: (client: KubeClient) => KubeClient;
}

export class Rig {
  readonly server = new MockApiServer();
  /** The reflector's clock. */
  readonly timing = new ManualTiming();
  /** The client's clock: it times requests. */
  readonly requestTiming = new ManualTiming();
  readonly fold = new Fold();
  /** What the metrics and the log were told, one line each. */
  readonly told: string[] = [];
  readonly logged: string[] = [];
  readonly kind: StoredKind;
  client!: HttpKubeClient;
  reflector!: Reflector;
  readonly #options: RigOptions;
  #failuresSeen = 0;
  readonly #discoveryLife = new AbortController();

  constructor(options: RigOptions = {}) {
    this.#options = options;
    this.kind = options.kind ?? SERVER;
  }

  async open(): Promise<this> {
    await this.server.listen();
    const { auth = plainAuth, limits, sink = this.fold.sink } = this.#options;
    this.client = new HttpKubeClient(auth(this.server), this.requestTiming);
    const metrics: CacheMetrics = {
      objects: (_, count) => this.told.push(`objects ${String(count)}`),
      event: (_, type) => this.told.push(`event ${type}`),
      relist: (_, reason) => this.told.push(`relist ${reason}`),
      watchError: (_, code) => this.told.push(`error ${code}`),
      synced: (_, synced) => this.told.push(`synced ${String(synced)}`),
    };
    this.reflector = new Reflector(
      sourceKind(this.kind),
      {
        client: (this.#options.between ?? ((client) => client))(this.client),
        discovery: new Discovery(this.client, this.timing, this.#discoveryLife.signal),
        table: new SharedTable(() => 0),
        project: this.#options.project ?? project,
        timing: this.timing,
        limits: { ...REFLECTOR_LIMITS, ...limits },
        metrics,
        log:
          this.#options.log ??
          ((level, message, { code, error }) => {
            this.logged.push([level, message, code, error].filter((part) => part !== undefined).join(' | '));
          }),
      },
      sink,
    );
    return this;
  }

  /** Starts, and waits for the first watch. */
  async watching(): Promise<void> {
    this.reflector.start();
    await this.watched(1);
  }

  /** Waits until so many watches were opened, and the last one is known to be open on our side. */
  async watched(count: number): Promise<void> {
    await until(() => this.server.watches.length >= count, `watch ${String(count)}`);
    // An open watch has its watchdog, and nothing else waits.
    await until(() => this.timing.pending === 1, 'an idle watch');
  }

  /** Waits for the next failure, moves the clock by the wait that follows it, and says how long that was. */
  async waited(): Promise<number> {
    const failures = (): number => this.errors.filter((code) => code !== 'unreadable').length;
    await until(() => failures() > this.#failuresSeen, 'a failure');
    this.#failuresSeen = failures();
    await until(() => this.timing.pending === 1, 'a wait');
    const [ms = 0] = this.timing.due;
    this.timing.advance(ms);
    return ms;
  }

  get relists(): readonly string[] {
    return this.told.filter((line) => line.startsWith('relist ')).map((line) => line.slice('relist '.length));
  }

  get errors(): readonly string[] {
    return this.told.filter((line) => line.startsWith('error ')).map((line) => line.slice('error '.length));
  }

  /** The names in the fold. */
  get names(): readonly string[] {
    return this.fold.list(this.kind).map(({ name }) => name);
  }

  async sees(...names: readonly string[]): Promise<void> {
    await until(() => this.names.join() === names.join(), `${names.join()}; there is ${this.names.join()}`);
  }

  async close(): Promise<void> {
    this.#discoveryLife.abort();
    await this.reflector.stop();
    this.client.close();
    await this.server.close();
  }
}
