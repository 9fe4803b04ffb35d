/** The chart and `gatehouse manifests` are the same objects, as Helm's own engine renders the chart. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { renderChart, type Answer } from '../helm/render.mjs';
import type { KubeObject } from './cluster.js';
import { gatehouseCommand, hasProgram, parseManifest, readManifest, ROOT } from './gatehouse.js';

const CHART = path.join(ROOT, 'deploy/chart/gatehouse');
/** `gatehouse manifests` prints the Namespace too. */
const PRINTED = { namespace: { create: true } };

interface Case {
  readonly title: string;
  readonly args: readonly string[];
  readonly namespace?: string;
  readonly values: object;
  /** The same in a file, for what has no flag. */
  readonly file?: object;
}

const everything = {
  image: 'registry.example.test/gatehouse@sha256:0000',
  imagePullSecrets: [{ name: 'pull' }],
  replicas: 5,
  failurePolicy: 'Fail',
  tls: { mode: 'files', secretName: 'other-tls' },
  priorityClassName: 'important',
  nodeSelector: { 'kubernetes.io/os': 'linux', numeric: '1' },
  tolerations: [{ key: 'yes', operator: 'Equal', value: 'on', effect: 'NoSchedule' }],
  args: ['--cluster-domain=example.test', '--log-level=debug', 'a "quoted": {{ text }}'],
  excludedNamespaces: ['vault', '0123'],
  networkPolicy: {
    create: true,
    apiServerPorts: [16443],
    metricsFrom: [{ ipBlock: { cidr: '10.0.0.0/8' } }],
  },
};

const haValues = async (): Promise<object> =>
  (await readManifest('deploy/chart/gatehouse/values-ha.yaml'))[0] ?? {};

const CASES: readonly Case[] = [
  { title: 'as it is', args: [], values: {} },
  { title: 'elsewhere', args: ['--namespace', 'policy-1'], namespace: 'policy-1', values: {} },
  {
    title: 'a namespace that YAML takes for a number',
    args: ['--namespace=12'],
    namespace: '12',
    values: {},
  },
  { title: 'with --failure-policy', args: ['--failure-policy=Fail'], values: { failurePolicy: 'Fail' } },
  { title: 'with --image', args: ['--image', 'r.test/g:1'], values: { image: 'r.test/g:1' } },
  { title: 'with files', args: ['--tls=files'], values: { tls: { mode: 'files' } } },
  { title: 'with all values', args: [], values: everything, file: everything },
  {
    title: 'with as little as can be',
    args: [],
    values: { namespace: { create: false }, networkPolicy: { create: false }, webhook: { create: false } },
    file: { namespace: { create: false }, networkPolicy: { create: false }, webhook: { create: false } },
  },
];

const testHelm = process.env['GATEHOUSE_E2E'] === 'required' || hasProgram('go') ? describe : describe.skip;

testHelm('the chart', () => {
  let dir = '';
  let answers: Answer[] = [];

  const render = async (cases: readonly { namespace: string; values: object }[]): Promise<Answer[]> => {
    const rendered = await renderChart(CHART, cases);
    if (rendered === undefined) throw new Error('there is no Go to build the renderer with');
    return rendered;
  };

  beforeAll(async () => {
    dir = await mkdtemp(path.join(os.tmpdir(), 'gatehouse-chart-'));
    answers = await render(
      CASES.map(({ namespace = 'gatehouse', values }) => ({ namespace, values: { ...PRINTED, ...values } })),
    );
  }, 900_000);
  afterAll(() => rm(dir, { recursive: true, force: true }));

  const printed = async (args: readonly string[], file?: object): Promise<KubeObject[]> => {
    const values = path.join(dir, 'values.yaml');
    if (file !== undefined) await writeFile(values, JSON.stringify(file));
    const ended = await gatehouseCommand([
      'manifests',
      ...args,
      ...(file === undefined ? [] : ['--values', values]),
    ]);
    expect(ended.stderr).toBe('');
    return parseManifest(ended.stdout);
  };

  test.each(CASES.map((each, i) => ({ ...each, i })))(
    'is what is printed, $title',
    async ({ i, args, file }) => {
      const objects = await printed(args, file);
      expect(objects.length).toBeGreaterThan(5);
      expect(inOrder(objectsOf(answers[i]))).toEqual(inOrder(objects));
    },
  );

  test('is what is printed with --ha, under values-ha.yaml', async () => {
    const [answer] = await render([
      { namespace: 'gatehouse', values: { ...PRINTED, ...(await haValues()) } },
    ]);
    const objects = await printed(['--ha']);
    expect(inOrder(objectsOf(answer))).toEqual(inOrder(objects));
    expect(objects).not.toEqual(await printed([]));
  });

  test('installs nothing but its own parts in the way of `helm install`: the Namespace is there before', async () => {
    const [answer] = await render([{ namespace: 'gatehouse', values: {} }]);
    const kinds = objectsOf(answer).map(({ kind }) => kind);
    expect(kinds).not.toContain('Namespace');
    expect(kinds).toContain('ValidatingWebhookConfiguration');
  });

  test.each([
    [{ replica: 3 }, /replica/],
    [{ failurePolicy: 'fail' }, /failurePolicy/],
    [{ replicas: 0 }, /replicas/],
    [{ tls: { mode: 'self-signed' } }, /mode/],
  ])('refuses %j by its schema, as `gatehouse manifests --values` does', async (values, named) => {
    const [answer] = await render([{ namespace: 'gatehouse', values }]);
    expect(answer?.error).toMatch(named);
    const file = path.join(dir, 'bad.yaml');
    await writeFile(file, JSON.stringify(values));
    const ended = await gatehouseCommand(['manifests', '--values', file]);
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(ended.stderr).toMatch(named);
  });

  test('says what to do next', async () => {
    const [ignoring, failing] = await render([
      { namespace: 'policy-1', values: {} },
      { namespace: 'policy-1', values: { failurePolicy: 'Fail' } },
    ]);
    const notes = (answer?: Answer): string => answer?.files?.['gatehouse/templates/NOTES.txt'] ?? '';
    expect(notes(ignoring)).toContain('--namespace policy-1 --then-fail-closed');
    expect(notes(failing)).not.toContain('--then-fail-closed');
    expect(notes(failing)).toContain('--namespace policy-1\n');
  });
});

function objectsOf(answer: Answer | undefined): KubeObject[] {
  if (answer?.files === undefined) throw new Error(answer?.error ?? 'no answer');
  return Object.entries(answer.files)
    .filter(([name]) => name.endsWith('.yaml'))
    .flatMap(([, text]) => parseManifest(text))
    .filter((object) => (object as unknown) !== null);
}

/** Helm sorts objects by its own order of kinds. */
const inOrder = (objects: readonly KubeObject[]): KubeObject[] =>
  [...objects].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
const keyOf = ({ kind, metadata }: KubeObject): string => `${kind} ${metadata?.name ?? ''}`;
