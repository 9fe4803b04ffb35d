/**
 * The policy of a workload port, from the Server that governs it or from the default policy, and from the probes of
 * the workload (inbound-semantics A8, A9, A12). Each is made once, so that an equal one is the same value.
 */
import type { PolicyWord } from '../../model/world.js';
import { includesPort } from '../state/workload-settings.js';
import type { WorkloadShape } from '../state/workload-shape.js';
import { authenticated, ofPolicyWord, ofProbes } from './compile/default-policy.js';
import type { PolicyWorld } from './compiler.js';
import type { GrpcRoute, HttpRoute, PortPolicy } from './port-policy.js';
import type { ServerPolicy } from './server-policy.js';

const NO_PATHS: readonly string[] = Object.freeze([]);

const DEFAULT_HTTP: HttpRoute = Object.freeze({
  ref: { kind: 'default', name: 'default' },
  hosts: [],
  authorizations: [],
  rules: [
    {
      matches: [{ path: { kind: 'prefix', value: '/' }, method: undefined, headers: [], queryParams: [] }],
      filters: [],
    },
  ],
} as const);

const DEFAULT_GRPC: GrpcRoute = Object.freeze({
  ref: { kind: 'default', name: 'default' },
  hosts: [],
  authorizations: [],
  rules: [{ matches: [{ rpc: { service: undefined, method: undefined }, headers: [] }], filters: [] }],
} as const);

export class Composer {
  readonly #world: PolicyWorld;
  readonly #ofServers = new WeakMap<ServerPolicy, Map<string, PortPolicy>>();
  /** By word, opaqueness and probes: as many as there are different workloads. */
  readonly #ofDefaults = new Map<string, PortPolicy>();

  constructor(world: PolicyWorld) {
    this.#world = world;
  }

  /** Under a Server the annotations of the workload mean nothing (A9); only its probes count. */
  underServer(server: ServerPolicy, shape: WorkloadShape, port: number): PortPolicy {
    const paths = this.#probesOf(shape, port);
    // No probes and one of the empty path (A3) differ.
    const key = JSON.stringify(paths);
    const known = this.#ofServers.get(server) ?? new Map<string, PortPolicy>();
    this.#ofServers.set(server, known);
    let policy = known.get(key);
    if (policy === undefined) known.set(key, (policy = this.#completed(server, paths)));
    return policy;
  }

  /** Where no Server matches (A8). */
  byDefault(shape: WorkloadShape, port: number): PortPolicy {
    const written = shape.defaultPolicy ?? this.#world.settings.defaultPolicy;
    const word = includesPort(shape.requireIdentityPorts, port) ? authenticated(written) : written;
    const opaque = includesPort(shape.opaquePorts, port);
    const paths = opaque ? NO_PATHS : this.#probesOf(shape, port);
    const key = [word, String(opaque), ...paths].join('\n');
    let policy = this.#ofDefaults.get(key);
    if (policy === undefined) {
      policy = this.#completed(this.#ofWord(word, opaque), paths);
      this.#ofDefaults.set(key, policy);
    }
    return policy;
  }

  #ofWord(word: PolicyWord, opaque: boolean): PortPolicy {
    const authorization = ofPolicyWord(word, this.#world.settings);
    return {
      server: { kind: 'default', word },
      protocol: opaque ? 'opaque' : 'detect',
      authorizations: authorization === undefined ? [] : [authorization],
      httpRoutes: [],
      grpcRoutes: [],
      rateLimit: undefined,
    };
  }

  /** With the routes that stand in for those of a Server that has none. */
  #completed(policy: PortPolicy, paths: readonly string[]): PortPolicy {
    switch (policy.protocol) {
      case 'detect':
      case 'HTTP/1':
      case 'HTTP/2':
        return policy.httpRoutes.length > 0
          ? policy
          : { ...policy, httpRoutes: [DEFAULT_HTTP, ...this.#probeRoutes(paths)] };
      case 'gRPC':
        return policy.grpcRoutes.length > 0 ? policy : { ...policy, grpcRoutes: [DEFAULT_GRPC] };
      case 'opaque':
      case 'TLS':
        return policy;
    }
  }

  #probeRoutes(paths: readonly string[]): HttpRoute[] {
    if (paths.length === 0) return [];
    const matches = paths.map((value) => ({
      path: { kind: 'exact' as const, value },
      method: 'GET',
      headers: [],
      queryParams: [],
    }));
    return [
      {
        ref: { kind: 'default', name: 'probe' },
        hosts: [],
        authorizations: [ofProbes(this.#world.settings)],
        rules: [{ matches, filters: [] }],
      },
    ];
  }

  #probesOf({ probes }: WorkloadShape, port: number): readonly string[] {
    return this.#world.settings.probeNetworks.length === 0 ? NO_PATHS : (probes.get(port) ?? NO_PATHS);
  }
}
