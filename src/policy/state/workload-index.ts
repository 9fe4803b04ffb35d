/**
 * Which Servers claim which ports of which workloads, for the pods or for the external workloads of one namespace.
 *
 *   workloads ──project on the labels that selectors mention──> label classes ──same ports──> groups
 *   a class holds the Servers that select it; a group holds, for each port number, the Servers that claim it
 *
 * Ten thousand pods of two hundred workloads are two hundred groups, and a Server touches only the classes it
 * selects. The index is an immutable value: every change gives a new one and leaves the old one as it was
 * (architecture, 1). It equals the index built from scratch, whatever the order of changes.
 */
import {
  conjoin,
  matches,
  MentionedKeys,
  SelectorIndex,
  type LabelMap,
  type Selector,
} from '../../selector/index.js';
import { PersistentMap } from '../../model/persistent-map.js';
import { byPrecedence, type PolicyServer } from './server.js';
import { shapeOf, type Workload, type WorkloadShape } from './workload-shape.js';

/** Workloads that no selector tells apart and of which policy reads the same. */
export interface Group<W extends Workload> {
  readonly shape: WorkloadShape;
  readonly members: PersistentMap<W>;
  /** The Servers that claim each port number, the winner first. */
  readonly claims: ReadonlyMap<number, readonly PolicyServer[]>;
}

interface LabelClass<W extends Workload> {
  readonly labels: LabelMap;
  readonly servers: readonly PolicyServer[];
  readonly groups: ReadonlyMap<string, Group<W>>;
}

export class WorkloadIndex<W extends Workload> {
  readonly servers: SelectorIndex<PolicyServer>;
  readonly workloads: PersistentMap<W>;
  readonly #mentioned: MentionedKeys;
  readonly #classes: PersistentMap<LabelClass<W>>;

  private constructor(
    servers: SelectorIndex<PolicyServer>,
    workloads: PersistentMap<W>,
    mentioned: MentionedKeys,
    classes: PersistentMap<LabelClass<W>>,
  ) {
    this.servers = servers;
    this.workloads = workloads;
    this.#mentioned = mentioned;
    this.#classes = classes;
  }

  static empty<W extends Workload>(): WorkloadIndex<W> {
    return new WorkloadIndex<W>(
      SelectorIndex.empty(),
      PersistentMap.empty(),
      MentionedKeys.empty(),
      PersistentMap.empty(),
    );
  }

  /** An index of these workloads and Servers. */
  static of<W extends Workload>(workloads: Iterable<W>, servers: Iterable<PolicyServer>): WorkloadIndex<W> {
    let selectors = SelectorIndex.empty<PolicyServer>();
    let mentioned = MentionedKeys.empty();
    for (const server of servers) {
      selectors = selectors.with(server.name, server.selector, server, bucketsOf(server));
      mentioned = mentioned.with(server.selector);
    }
    const named = [...workloads].map((workload): [string, W] => [workload.name, workload]);
    const all = PersistentMap.of(named);
    return new WorkloadIndex(selectors, all, mentioned, classify(all.values(), selectors, mentioned));
  }

  /** The label keys that divide workloads into classes; the same list as long as no key comes or goes. */
  get mentionedKeys(): readonly string[] {
    return this.#mentioned.keys;
  }

  server(name: string): PolicyServer | undefined {
    return this.servers.get(name)?.value;
  }

  /** With a Server added or replaced. */
  withServer(server: PolicyServer): WorkloadIndex<W> {
    const old = this.server(server.name);
    if (old !== undefined && sameClaim(old, server)) return this.#swapped(server);
    const base = old === undefined ? this : this.withoutServer(server.name);
    const selectors = base.servers.with(server.name, server.selector, server, bucketsOf(server));
    const mentioned = base.#mentioned.with(server.selector);
    return base.#reclassified(selectors, mentioned, server, (servers) =>
      [...servers, server].sort(byPrecedence),
    );
  }

  withoutServer(name: string): WorkloadIndex<W> {
    const old = this.server(name);
    if (old === undefined) return this;
    const mentioned = this.#mentioned.without(old.selector);
    return this.#reclassified(this.servers.without(name), mentioned, old, (servers) =>
      servers.filter((other) => other.name !== name),
    );
  }

  /** The same claim by a new object: every place that holds the old one holds the new. */
  #swapped(server: PolicyServer): WorkloadIndex<W> {
    const selectors = this.servers.with(server.name, server.selector, server, bucketsOf(server));
    return this.#reclassified(selectors, this.#mentioned, server, (servers) =>
      servers.map((other) => (other.name === server.name ? server : other)),
    );
  }

  #reclassified(
    selectors: SelectorIndex<PolicyServer>,
    mentioned: MentionedKeys,
    server: PolicyServer,
    edit: (servers: readonly PolicyServer[]) => readonly PolicyServer[],
  ): WorkloadIndex<W> {
    if (mentioned.keys !== this.#mentioned.keys) {
      return new WorkloadIndex(
        selectors,
        this.workloads,
        mentioned,
        classify(this.workloads.values(), selectors, mentioned),
      );
    }
    let classes = this.#classes;
    for (const [key, labelClass] of this.#classes) {
      if (!matches(server.selector, labelClass.labels)) continue;
      classes = classes.with(key, withServers(labelClass, edit(labelClass.servers), server));
    }
    return new WorkloadIndex(selectors, this.workloads, mentioned, classes);
  }

  /** With a workload added or replaced. */
  withWorkload(workload: W): WorkloadIndex<W> {
    const old = this.workloads.get(workload.name);
    const key = this.#mentioned.projectionKey(workload.labels);
    const shape = shapeOf(workload);
    let classes = this.#classes;
    if (old !== undefined) {
      const oldKey = this.#mentioned.projectionKey(old.labels);
      const oldShape = shapeOf(old).key;
      if (oldKey !== key || oldShape !== shape.key) classes = leave(classes, oldKey, oldShape, old.name);
    }
    const found = classes.get(key) ?? this.#newClass(workload);
    classes = classes.with(key, joined(found, shape, workload));
    return new WorkloadIndex(
      this.servers,
      this.workloads.with(workload.name, workload),
      this.#mentioned,
      classes,
    );
  }

  withoutWorkload(name: string): WorkloadIndex<W> {
    const old = this.workloads.get(name);
    if (old === undefined) return this;
    const key = this.#mentioned.projectionKey(old.labels);
    const classes = leave(this.#classes, key, shapeOf(old).key, name);
    return new WorkloadIndex(this.servers, this.workloads.without(name), this.#mentioned, classes);
  }

  #newClass(workload: W): LabelClass<W> {
    const labels = this.#mentioned.project(workload.labels);
    return { labels, servers: selecting(this.servers, labels), groups: new Map() };
  }

  /** The group that a workload is in. */
  groupOf(workload: W): Group<W> | undefined {
    return this.#classes
      .get(this.#mentioned.projectionKey(workload.labels))
      ?.groups.get(shapeOf(workload).key);
  }

  /** All groups, in no order that means anything. */
  *groups(): Generator<Group<W>> {
    for (const { groups } of this.#classes.values()) yield* groups.values();
  }

  /** Whether the groups tell apart what a selector tells apart: the case for every Server of the index. */
  tellsApart({ requirements }: Selector): boolean {
    return requirements.every(({ key }) => this.#mentioned.has(key));
  }

  /**
   * The groups that a Server selects. It need not be in the index; where its selector mentions other labels than those
   * of the index, these are the groups of which it may select some members.
   */
  *groupsOf({ selector }: PolicyServer): Generator<Group<W>> {
    if (selector.never) return;
    const known = this.tellsApart(selector)
      ? selector
      : conjoin(selector.requirements.filter(({ key }) => this.#mentioned.has(key)));
    for (const { labels, groups } of this.#classes.values()) {
      if (matches(known, labels)) yield* groups.values();
    }
  }
}

/** Under which buckets a Server is filed, so that questions about a port see only Servers whose ports may meet it. */
export function bucketsOf({ port }: PolicyServer): readonly string[] {
  return port.kind === 'number' ? [`number:${String(port.number)}`, 'number'] : [`name:${port.name}`, 'name'];
}

/** The buckets of the Servers whose port may be this Server's, before any workload is looked at. */
export function meetingBuckets({ port }: PolicyServer): readonly string[] {
  return port.kind === 'number' ? [`number:${String(port.number)}`, 'name'] : [`name:${port.name}`, 'number'];
}

/** The numbers that a Server's port has on a workload (inbound-semantics A2). */
export function resolvePort({ port }: PolicyServer, shape: WorkloadShape): readonly number[] {
  return port.kind === 'number' ? [port.number] : (shape.named.get(port.name) ?? []);
}

const sameClaim = (a: PolicyServer, b: PolicyServer): boolean =>
  a.selector.key === b.selector.key &&
  a.port.kind === b.port.kind &&
  JSON.stringify(a.port) === JSON.stringify(b.port) &&
  a.created === b.created;

function classify<W extends Workload>(
  workloads: Iterable<W>,
  servers: SelectorIndex<PolicyServer>,
  mentioned: MentionedKeys,
): PersistentMap<LabelClass<W>> {
  const classes = new Map<
    string,
    { labels: LabelMap; groups: Map<string, [string, W][]>; shapes: Map<string, WorkloadShape> }
  >();
  for (const workload of workloads) {
    const key = mentioned.projectionKey(workload.labels);
    let found = classes.get(key);
    if (found === undefined) {
      found = { labels: mentioned.project(workload.labels), groups: new Map(), shapes: new Map() };
      classes.set(key, found);
    }
    const shape = shapeOf(workload);
    const members = found.groups.get(shape.key);
    if (members === undefined) found.groups.set(shape.key, [[workload.name, workload]]);
    else members.push([workload.name, workload]);
    found.shapes.set(shape.key, shape);
  }
  return PersistentMap.of(
    [...classes].map(([key, { labels, groups, shapes }]): [string, LabelClass<W>] => {
      const selected = selecting(servers, labels);
      const built = [...groups].map(([shapeKey, members]): [string, Group<W>] => {
        const shape = shapes.get(shapeKey) as WorkloadShape;
        return [shapeKey, { shape, members: PersistentMap.of(members), claims: claimsOf(selected, shape) }];
      });
      return [key, { labels, servers: selected, groups: new Map(built) }];
    }),
  );
}

const selecting = (servers: SelectorIndex<PolicyServer>, labels: LabelMap): readonly PolicyServer[] =>
  servers
    .candidates(labels)
    .map(({ value }) => value)
    .sort(byPrecedence);

function claimsOf(
  servers: readonly PolicyServer[],
  shape: WorkloadShape,
): ReadonlyMap<number, readonly PolicyServer[]> {
  const claims = new Map<number, PolicyServer[]>();
  for (const server of servers) {
    for (const number of resolvePort(server, shape)) {
      const list = claims.get(number);
      if (list === undefined) claims.set(number, [server]);
      else list.push(server);
    }
  }
  return claims;
}

/** The class with other Servers; only the ports that `touched` claims are looked at. */
function withServers<W extends Workload>(
  labelClass: LabelClass<W>,
  servers: readonly PolicyServer[],
  touched: PolicyServer,
): LabelClass<W> {
  const groups = [...labelClass.groups].map(([key, group]): [string, Group<W>] => {
    const ports = resolvePort(touched, group.shape);
    if (ports.length === 0) return [key, group];
    const claims = new Map(group.claims);
    for (const port of ports) {
      const list = servers.filter((server) => resolvePort(server, group.shape).includes(port));
      if (list.length === 0) claims.delete(port);
      else claims.set(port, list);
    }
    return [key, { ...group, claims }];
  });
  return { ...labelClass, servers, groups: new Map(groups) };
}

function joined<W extends Workload>(
  labelClass: LabelClass<W>,
  shape: WorkloadShape,
  workload: W,
): LabelClass<W> {
  const group = labelClass.groups.get(shape.key);
  const members = (group?.members ?? PersistentMap.empty<W>()).with(workload.name, workload);
  const claims = group?.claims ?? claimsOf(labelClass.servers, shape);
  return { ...labelClass, groups: new Map(labelClass.groups).set(shape.key, { shape, members, claims }) };
}

function leave<W extends Workload>(
  classes: PersistentMap<LabelClass<W>>,
  key: string,
  shapeKey: string,
  name: string,
): PersistentMap<LabelClass<W>> {
  const labelClass = classes.get(key);
  const group = labelClass?.groups.get(shapeKey);
  if (labelClass === undefined || group === undefined) return classes;
  const members = group.members.without(name);
  const groups = new Map(labelClass.groups);
  if (members.size === 0) groups.delete(shapeKey);
  else groups.set(shapeKey, { ...group, members });
  return groups.size === 0 ? classes.without(key) : classes.with(key, { ...labelClass, groups });
}
