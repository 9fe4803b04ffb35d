import { execFile } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { open, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  ManifestSource,
  type ManifestSourceOptions,
} from '../../../src/adapters/manifests/manifest-source.js';
import { MAX_FILE_BYTES } from '../../../src/adapters/manifests/read-manifests.js';
import type { ParseProblem } from '../../../src/adapters/manifests/yaml-documents.js';
import { DEFAULT_OPAQUE_PORTS } from '../../../src/policy/complete/injection.js';
import { SOURCE_KINDS } from '../../../src/policy/objects/kinds.js';
import type { Batch, SourceEvent } from '../../../src/policy/ports.js';
import { ManualTiming } from '../kube/manual-timing.js';
import { REAL_TIMING } from './real-timing.js';

const SERVER = 'policy.linkerd.io/Server';

let dir: string;
let timing: ManualTiming;
let sources: ManifestSource[];

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'gatehouse-manifests-'));
  timing = new ManualTiming();
  sources = [];
});

afterEach(async () => {
  for (const source of sources) await source.stop();
  rmSync(dir, { recursive: true, force: true });
});

const server = (name: string, port: number | string = 80): string =>
  `apiVersion: policy.linkerd.io/v1beta3\nkind: Server\nmetadata: { name: ${name}, namespace: app }\nspec: { podSelector: {}, port: ${String(port)} }\n`;
const all = (...documents: readonly string[]): string => documents.join('---\n');

function write(name: string, content: string): string {
  const path = join(dir, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}

/** A source that is started, and what it told. */
class Rig {
  readonly source: ManifestSource;
  readonly batches: Batch[] = [];
  readonly problems: (readonly ParseProblem[])[] = [];
  readonly faults: unknown[] = [];
  /** Called before a batch is taken. */
  onBatch: (batch: Batch) => void = () => undefined;

  constructor(options: Partial<ManifestSourceOptions> = {}) {
    this.source = new ManifestSource({
      paths: [dir],
      settings: {
        namespace: 'default',
        controlPlaneNamespace: 'linkerd',
        assumeMeshed: false,
        defaultOpaquePorts: DEFAULT_OPAQUE_PORTS,
      },
      timing,
      onProblems: (problems) => this.problems.push(problems),
      onFault: (error) => this.faults.push(error),
      ...options,
    });
    sources.push(this.source);
  }

  async start(): Promise<this> {
    this.source.start((batch) => {
      this.onBatch(batch);
      this.batches.push(batch);
    });
    await until(() => this.batches.length > 0);
    return this;
  }

  /** The events of each batch but the first, as text. */
  get told(): readonly (readonly string[])[] {
    return this.batches.slice(1).map((batch) => batch.map(toText));
  }

  get lastProblems(): readonly string[] {
    return (this.problems.at(-1) ?? []).map(
      ({ file, line, message }) => `${relative(dir, file)}:${String(line)} ${message}`,
    );
  }

  async ports(): Promise<readonly string[]> {
    const servers = await this.source.list(SERVER, 'app', { timeoutMs: 1, limit: 100 });
    return servers.map((object) =>
      object.kind === SERVER ? `${object.name}=${String(object.spec.port)}` : '',
    );
  }

  look(): Promise<void> {
    return this.source.lookNow();
  }
}

const toText = (event: SourceEvent): string => {
  switch (event.type) {
    case 'replaced':
      return `${event.kind} has ${event.objects.map(({ name }) => name).join(' ') || 'nothing'}`;
    case 'applied':
      return `${event.object.kind} ${event.object.name} applied`;
    case 'deleted':
      return `${event.kind} ${event.name} deleted`;
  }
};

/** Waits for something that the system does, not for time to pass. */
async function until(holds: () => boolean, ms = 10_000): Promise<void> {
  const end = performance.now() + ms;
  while (!holds()) {
    if (performance.now() > end) throw new Error(`not within ${String(ms)} ms: ${holds.toString()}`);
    await delay(2);
  }
}

/** Lets time pass until something holds. */
const passing = (holds: () => boolean): Promise<void> =>
  until(() => {
    timing.advance(100);
    return holds();
  });

describe('the first batch', () => {
  it('has every kind, in order, and all objects of all paths', async () => {
    write('a/one.yaml', all(server('web'), server('api')));
    const file = write(
      'b.json',
      JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'app' } }),
    );
    const { batches } = await new Rig({ paths: [join(dir, 'a'), file] }).start();
    expect(batches).toHaveLength(1);
    expect(batches[0]?.map((event) => event.type === 'replaced' && event.kind)).toEqual(
      SOURCE_KINDS.map(({ id }) => id),
    );
    expect(batches[0]?.map(toText).filter((text) => !text.endsWith('nothing'))).toEqual([
      'core/Namespace has app',
      `${SERVER} has api web`,
    ]);
  });

  it('is completed: a template has its pod, a Server its defaults', async () => {
    write(
      'web.yaml',
      all(
        server('web'),
        'apiVersion: v1\nkind: Namespace\nmetadata: { name: app, annotations: { linkerd.io/inject: enabled } }\n',
        'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web, namespace: app }\nspec: { replicas: 2, template: { spec: { containers: [] } } }\n',
      ),
    );
    const { source } = await new Rig().start();
    expect(await source.get('core/Pod', 'app', 'web', { timeoutMs: 1 })).toMatchObject({
      replicas: 2,
      template: { meshed: true },
    });
    expect(await source.get(SERVER, 'app', 'web', { timeoutMs: 1 })).toMatchObject({
      spec: { accessPolicy: 'deny' },
    });
  });

  it('of an empty directory is an empty state', async () => {
    const { batches, problems } = await new Rig().start();
    expect(batches[0]?.every((event) => event.type === 'replaced' && event.objects.length === 0)).toBe(true);
    expect(problems).toEqual([]);
  });

  it('of a directory that is not there is an empty state too, and said', async () => {
    const rig = await new Rig({ paths: [join(dir, 'later')] }).start();
    expect(rig.lastProblems).toEqual(['later:0 there is no such file or directory']);
    write('later/web.yaml', server('web'));
    await rig.look();
    expect(rig.told).toEqual([[`${SERVER} web applied`]]);
    expect(rig.problems.at(-1)).toEqual([]);
  });

  it.each([
    ['a b', 'web=2'],
    ['b a', 'web=1'],
  ])('has the later one of two objects of one name (%s)', async (order, expected) => {
    write('a/web.yaml', server('web', 1));
    write('b/web.yaml', server('web', 2));
    const rig = await new Rig({ paths: order.split(' ').map((name) => join(dir, name)) }).start();
    expect(await rig.ports()).toEqual([expected]);
  });

  it('puts files of a directory in the order of their names, one by one from the top', async () => {
    write('a/z.yaml', server('web', 1));
    write('a.yaml', server('web', 2));
    expect(await (await new Rig().start()).ports()).toEqual(['web=2']);
  });
});

describe('a change', () => {
  it('is one batch of what differs', async () => {
    write('a.yaml', all(server('same'), server('changed', 1), server('removed')));
    const rig = await new Rig().start();
    write('a.yaml', all(server('same'), server('changed', 2)));
    write('b.yaml', server('added'));
    await rig.look();
    expect(rig.told).toEqual([
      [`${SERVER} added applied`, `${SERVER} changed applied`, `${SERVER} removed deleted`],
    ]);
    expect(await rig.ports()).toEqual(['added=80', 'changed=2', 'same=80']);
  });

  it('that means nothing is no batch', async () => {
    write('a.yaml', server('web'));
    const rig = await new Rig().start();
    write('a.yaml', `# said at length\n${server('web')}`);
    write('.a.yaml.swp', server('other'));
    write('a.yaml~', server('other'));
    write('4913', server('other'));
    await rig.look();
    expect(rig.told).toEqual([]);
  });

  it('of a namespace changes the pods of its templates', async () => {
    const namespace = (inject: string): string =>
      `apiVersion: v1\nkind: Namespace\nmetadata: { name: app, annotations: { linkerd.io/inject: ${inject} } }\n`;
    write('ns.yaml', namespace('enabled'));
    write(
      'web.yaml',
      'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web, namespace: app }\nspec: { template: { spec: {} } }\n',
    );
    const rig = await new Rig().start();
    write('ns.yaml', namespace('disabled'));
    await rig.look();
    expect(rig.told).toEqual([['core/Namespace app applied', 'core/Pod web applied']]);
  });

  it('leaves the values of what stays as they are', async () => {
    const pod = (name: string): string =>
      `apiVersion: v1\nkind: Pod\nmetadata: { name: ${name}, namespace: app }\nspec: { containers: [{ name: main }] }\n`;
    write('a.yaml', pod('a'));
    const { source, ...rig } = await new Rig().start();
    const get = async (name: string) => {
      const found = await source.get('core/Pod', 'app', name, { timeoutMs: 1 });
      return found?.kind === 'core/Pod' ? found : undefined;
    };
    const before = await get('a');
    write('b.yaml', pod('b'));
    timing.advance(3_000);
    await until(() => rig.batches.length === 2);
    expect(await get('a')).toBe(before);
    expect((await get('b'))?.template).toBe(before?.template);
  });

  it('that comes while files are read is read before anything is told', async () => {
    const fifo = join(dir, 'pipe');
    await promisify(execFile)('mkfifo', [fifo]);
    const file = write('a.yaml', server('web', 1));
    const rig = new Rig({ paths: [file, fifo] });
    const started = rig.start();
    // Opens when the source does, which has read the other file by then.
    const pipe = await open(fifo, 'w');
    write('a.yaml', server('web', 2));
    await pipe.close();
    await passing(() => rig.batches.length > 0);
    await started;
    expect(await rig.ports()).toEqual(['web=2']);
    expect(rig.told).toEqual([]);
  });

  it('is found in what a link leads to, where nothing is noticed', async () => {
    const elsewhere = mkdtempSync(join(tmpdir(), 'gatehouse-manifests-'));
    try {
      writeFileSync(join(elsewhere, 'real'), server('web', 1));
      symlinkSync(join(elsewhere, 'real'), join(dir, 'a.yaml'));
      const rig = await new Rig().start();
      writeFileSync(join(elsewhere, 'real'), server('web', 2));
      timing.advance(3_000);
      await until(() => rig.told.length === 1);
      expect(await rig.ports()).toEqual(['web=2']);
    } finally {
      rmSync(elsewhere, { recursive: true });
    }
  });
});

describe('what the system notices', () => {
  /** No look but those that a notice asks for. */
  const noticing = (options: Partial<ManifestSourceOptions> = {}) =>
    new Rig({ timing: REAL_TIMING, pollMs: 2 ** 30, settleMs: 20, ...options }).start();

  it('is a file that is written, and one that is removed', async () => {
    const rig = await noticing();
    const file = write('a.yaml', server('web'));
    await until(() => rig.told.length === 1);
    rmSync(file);
    await until(() => rig.told.length === 2);
    expect(rig.told).toEqual([[`${SERVER} web applied`], [`${SERVER} web deleted`]]);
  });

  it('is a named file that another takes the place of, as editors do', async () => {
    const file = write('a.yaml', server('web', 1));
    const rig = await noticing({ paths: [file] });
    for (const port of [2, 3]) {
      renameSync(file, `${file}~`);
      renameSync(write('.a.yaml.new', server('web', port)), file);
      await until(() => rig.told.length === port - 1);
    }
    expect(rig.told).toEqual([[`${SERVER} web applied`], [`${SERVER} web applied`]]);
    expect(await rig.ports()).toEqual(['web=3']);
  });

  it('is a new directory, and what is written there later', async () => {
    const rig = await noticing();
    write('sub/a.yaml', server('a'));
    await until(() => rig.told.length === 1);
    write('sub/b.yaml', server('b'));
    await until(() => rig.told.length === 2);
    expect(rig.told).toEqual([[`${SERVER} a applied`], [`${SERVER} b applied`]]);
  });

  it('is a directory that goes, and one that takes its place', async () => {
    write('sub/a.yaml', server('a'));
    const rig = await noticing({ paths: [join(dir, 'sub')] });
    rmSync(join(dir, 'sub'), { recursive: true });
    await until(() => rig.told.length === 1);
    expect(rig.told).toEqual([[`${SERVER} a deleted`]]);
    expect(rig.lastProblems).toEqual(['sub:0 there is no such file or directory']);
    write('sub/b.yaml', server('b'));
    await until(() => rig.told.length === 2);
    write('sub/c.yaml', server('c'));
    await until(() => rig.told.length === 3);
    expect(rig.told.slice(1)).toEqual([[`${SERVER} b applied`], [`${SERVER} c applied`]]);
    expect(rig.problems.at(-1)).toEqual([]);
  });

  it.each([
    ['a directory that is moved into its place', (path: string) => renameSync(path, `${path}-old`)],
    ['a link that leads elsewhere', () => undefined],
  ])('is %s', async (what, makeRoom) => {
    const path = join(dir, 'sub');
    const link = what.startsWith('a link');
    write(link ? 'one/a.yaml' : 'sub/a.yaml', server('a'));
    if (link) symlinkSync('one', path);
    const rig = await noticing({ paths: [path] });
    write('two/b.yaml', server('b'));
    if (link) symlinkSync('two', `${path}-new`);
    makeRoom(path);
    renameSync(link ? `${path}-new` : join(dir, 'two'), path);
    await until(() => rig.told.length === 1);
    write('sub/c.yaml', server('c'));
    await until(() => rig.told.length === 2);
    expect(rig.told).toEqual([[`${SERVER} b applied`, `${SERVER} a deleted`], [`${SERVER} c applied`]]);
  });

  it('is a mounted ConfigMap that is swapped as a whole', async () => {
    write('..one/a.yaml', server('a', 1));
    write('..one/b.yaml', server('b', 1));
    symlinkSync('..one', join(dir, '..data'));
    for (const name of ['a.yaml', 'b.yaml']) symlinkSync(join('..data', name), join(dir, name));
    const rig = await noticing();
    expect(await rig.ports()).toEqual(['a=1', 'b=1']);
    write('..two/a.yaml', server('a', 2));
    write('..two/b.yaml', server('b', 2));
    symlinkSync('..two', join(dir, '..data_tmp'));
    renameSync(join(dir, '..data_tmp'), join(dir, '..data'));
    await until(() => rig.told.length === 1);
    expect(rig.told).toEqual([[`${SERVER} a applied`, `${SERVER} b applied`]]);
  });

  it('is one batch however many files are written at once', async () => {
    const rig = await noticing({ settleMs: 200 });
    for (let i = 10; i < 40; i++) write(`${String(i)}.yaml`, server(`s${String(i)}`));
    await until(() => rig.told.length > 0);
    expect(rig.told.map((batch) => batch.length)).toEqual([30]);
  });
});

describe('a file that cannot be read', () => {
  const broken = `${server('web', 1)}---\n{ broken: [\n`;

  it('is named, and what it says besides counts, where nothing better is known', async () => {
    write('a.yaml', broken);
    write('b.yaml', server('b'));
    const rig = await new Rig().start();
    expect(await rig.ports()).toEqual(['b=80', 'web=1']);
    expect(rig.lastProblems).toEqual([expect.stringMatching(/^a\.yaml:\d+ /)]);
    write('a.yaml', broken.replace('port: 1', 'port: 2'));
    await rig.look();
    expect(await rig.ports()).toEqual(['b=80', 'web=2']);
  });

  it('keeps what it said before, as a whole, until it can be read again', async () => {
    write('a.yaml', all(server('api', 1), server('web', 9)));
    write('b.yaml', server('b', 1));
    const rig = await new Rig().start();
    write('a.yaml', broken);
    write('b.yaml', server('b', 2));
    await rig.look();
    expect(await rig.ports()).toEqual(['api=1', 'b=2', 'web=9']);
    expect(rig.lastProblems).toEqual([
      expect.stringMatching(/^a\.yaml:\d+ .*; what stood there before stays in force$/),
    ]);

    write('a.yaml', `${broken}# still`);
    await rig.look();
    expect(await rig.ports()).toEqual(['api=1', 'b=2', 'web=9']);

    write('a.yaml', server('web', 2));
    await rig.look();
    expect(await rig.ports()).toEqual(['b=2', 'web=2']);
    expect(rig.problems.at(-1)).toEqual([]);
  });

  it('keeps its place among the others', async () => {
    write('a.yaml', server('web', 1));
    write('b.yaml', server('web', 2));
    const rig = await new Rig().start();
    write('a.yaml', '{ broken: [\n');
    await rig.look();
    expect(await rig.ports()).toEqual(['web=2']);
  });

  it('is gone when it is deleted', async () => {
    const file = write('a.yaml', server('web'));
    const rig = await new Rig().start();
    write('a.yaml', broken);
    await rig.look();
    rmSync(file);
    await rig.look();
    expect(await rig.ports()).toEqual([]);
    expect(rig.problems.at(-1)).toEqual([]);
  });

  it('may be too large', async () => {
    const file = write('a.yaml', server('web'));
    const rig = await new Rig().start();
    truncateSync(file, MAX_FILE_BYTES + 1);
    await rig.look();
    expect(await rig.ports()).toEqual(['web=80']);
    expect(rig.lastProblems).toEqual([
      expect.stringMatching(/^a\.yaml:0 the file is larger .* stays in force$/),
    ]);
  });

  it('may be the directory around it', async () => {
    write('sub/a.yaml', server('web'));
    write('sub-2/b.yaml', server('b'));
    const rig = await new Rig({ paths: [join(dir, 'sub'), join(dir, 'sub-2')] }).start();
    for (const name of ['sub', 'sub-2']) rmSync(join(dir, name), { recursive: true });
    symlinkSync('sub', join(dir, 'sub'));
    await rig.look();
    expect(await rig.ports()).toEqual(['web=80']);
    expect(rig.lastProblems).toEqual([
      expect.stringMatching(/^sub:0 a symbolic link leads back to itself; .* stays in force$/),
      'sub-2:0 there is no such file or directory',
    ]);
  });

  it('keeps nothing of a directory that is only called alike', async () => {
    write('sub.yaml/a.yaml', server('web'));
    write('sub.yaml-2/b.yaml', server('b'));
    const rig = await new Rig().start();
    for (const name of ['sub.yaml', 'sub.yaml-2']) rmSync(join(dir, name), { recursive: true });
    symlinkSync('sub.yaml', join(dir, 'sub.yaml'));
    await rig.look();
    expect(await rig.ports()).toEqual(['web=80']);
  });
});

it('an object that cannot be used is named with its line', async () => {
  write('a.yaml', all(server('web'), 'apiVersion: v1\nkind: Pod\nmetadata:\n  namespace: app\n'));
  expect((await new Rig().start()).lastProblems).toEqual(['a.yaml:8 a Pod without metadata.name']);
});

describe('what can be read only once', () => {
  it('is kept: standard input', async () => {
    write('a.yaml', server('a'));
    const rig = await new Rig({ paths: ['-', dir], stdin: Readable.from([server('piped')]) }).start();
    write('a.yaml', server('a', 2));
    await rig.look();
    expect(await rig.ports()).toEqual(['a=2', 'piped=80']);
    expect(rig.problems).toEqual([]);
  });

  it('is kept: a named pipe', async () => {
    const fifo = join(dir, 'pipe');
    await promisify(execFile)('mkfifo', [fifo]);
    const file = write('a.yaml', server('a'));
    const rig = new Rig({ paths: [fifo, file] });
    const started = rig.start();
    await writeFile(fifo, server('piped'));
    await passing(() => rig.batches.length > 0);
    await started;
    write('a.yaml', server('a', 2));
    await rig.look();
    expect(await rig.ports()).toEqual(['a=2', 'piped=80']);
  });
});

describe('a sink that throws', () => {
  it('is given all objects of what it did not take, until it takes them', async () => {
    write('a.yaml', server('a'));
    const rig = await new Rig().start();
    let throws = 2;
    rig.onBatch = () => {
      if (throws-- > 0) throw new Error('full');
    };
    write('b.yaml', server('b'));
    await rig.look();
    expect([rig.told, rig.faults]).toEqual([[], [new Error('full')]]);
    await passing(() => rig.told.length > 0);
    expect(rig.told).toEqual([[`${SERVER} has a b`]]);
    expect(rig.faults).toHaveLength(2);
  });

  it('is not asked again at once', async () => {
    const rig = new Rig();
    rig.onBatch = () => {
      throw new Error('full');
    };
    rig.source.start((batch) => rig.onBatch(batch));
    await until(() => timing.pending > 0);
    expect(timing.due).toEqual([1_000]);
    expect(rig.faults).toHaveLength(1);
  });

  it('has not listed the kinds', async () => {
    write('a.yaml', server('a'));
    const rig = new Rig();
    let refused = false;
    rig.onBatch = () => {
      if (refused) return;
      refused = true;
      throw new Error('full');
    };
    const started = rig.start();
    await until(() => refused && timing.pending > 0);
    expect(rig.source.status().every(({ state }) => state === 'pending')).toBe(true);
    timing.advance(1_000);
    await started;
    expect(rig.source.status().every(({ state }) => state === 'listed')).toBe(true);
    expect(rig.batches[0]).toHaveLength(SOURCE_KINDS.length);
  });
});

describe('a status', () => {
  it('is fresh whenever it is asked for', async () => {
    write('a.yaml', all(server('a'), server('b')));
    const { source } = await new Rig().start();
    timing.advance(2_000);
    expect(source.status().find(({ kind }) => kind === SERVER)).toEqual({
      kind: SERVER,
      state: 'listed',
      heardAt: timing.now(),
      objects: 2,
    });
  });
});

describe('a question before all was read', () => {
  it('waits for its answer', async () => {
    write('a.yaml', server('web'));
    const rig = new Rig();
    const asked = rig.source.get(SERVER, 'app', 'web', { timeoutMs: 1_000 });
    await rig.start();
    expect(await asked).toMatchObject({ name: 'web' });
  });

  it('is refused when that takes too long', async () => {
    const { source } = new Rig();
    const asked = [
      source.get(SERVER, 'app', 'web', { timeoutMs: 1_000 }),
      source.list(SERVER, 'app', { timeoutMs: 1_000, limit: 1 }),
    ];
    const refused = asked.map((question) =>
      expect(question).rejects.toThrow('the manifests are not read yet'),
    );
    timing.advance(1_000);
    await Promise.all(refused);
  });

  it('leaves no timer behind', async () => {
    const rig = await new Rig().start();
    await until(() => timing.pending === 1);
    await rig.ports();
    expect(timing.pending).toBe(1);
  });
});

describe('stop', () => {
  it('leaves no timer and no watch behind, and takes nothing back', async () => {
    write('a.yaml', server('web'));
    const rig = await new Rig().start();
    await rig.source.stop();
    expect(timing.pending).toBe(0);
    write('a.yaml', server('web', 2));
    timing.advance(10_000);
    expect(await rig.ports()).toEqual(['web=80']);
  });

  it('waits for no pipe, and a look that goes on tells nothing more', async () => {
    const fifo = join(dir, 'pipe');
    await promisify(execFile)('mkfifo', [fifo]);
    const file = write('a.yaml', server('web'));
    const rig = new Rig({ paths: [file, fifo] });
    rig.source.start((batch) => rig.batches.push(batch));
    const pipe = await open(fifo, 'w');
    write('a.yaml', server('web', 2));
    await rig.source.stop();
    await pipe.close();
    await rig.look();
    expect([rig.batches, rig.faults, rig.problems]).toEqual([[], [], []]);
    expect(timing.pending).toBe(0);
  });

  it('is for good, as is start', async () => {
    const { source } = await new Rig().start();
    expect(() => source.start(() => undefined)).toThrow('started once');
    const other = new Rig().source;
    await other.stop();
    expect(() => other.start(() => undefined)).toThrow('started once');
  });
});
