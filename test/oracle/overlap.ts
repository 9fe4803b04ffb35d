/**
 * Overlaps by brute force, from raw objects and nothing else: every label set of a small universe, every workload.
 * Values that no selector names stand for all others: one of them is enough for every operator.
 */
interface Raw {
  readonly metadata: {
    readonly name: string;
    readonly labels?: Record<string, string>;
    readonly creationTimestamp?: string;
  };
  readonly spec: any;
}

export type PairVerdict = 'live' | 'certain' | 'possible' | 'none';

export const KEYS = ['app', 'tier'] as const;
const FRESH = 'zz-fresh';

function selects(selector: any, labels: Record<string, string>): boolean {
  const has = (key: string): boolean => Object.hasOwn(labels, key);
  for (const [key, value] of Object.entries(selector.matchLabels ?? {}))
    if (!has(key) || labels[key] !== value) return false;
  for (const { key, operator, values } of selector.matchExpressions ?? []) {
    const given = Array.isArray(values);
    if (operator === 'In' ? !(given && has(key) && values.includes(labels[key])) : false) return false;
    if (operator === 'NotIn' ? !(given && (!has(key) || !values.includes(labels[key]))) : false) return false;
    if (operator === 'Exists' ? given || !has(key) : false) return false;
    if (operator === 'DoesNotExist' ? given || has(key) : false) return false;
  }
  return true;
}

const isTcp = (port: any): boolean => (port.protocol ?? 'TCP').toUpperCase() === 'TCP';

function numbersOn(port: number | string, workload: Raw): number[] {
  if (typeof port === 'number') return [port];
  if (isExternal(workload)) {
    // Of a name that repeats, the last one counts.
    const named = (workload.spec.ports ?? []).filter((p: any) => p.name === port && isTcp(p));
    return named.slice(-1).map((p: any) => p.port as number);
  }
  const { containers = [], initContainers = [] } = workload.spec;
  return [...containers, ...initContainers].flatMap((container: any) =>
    (container.ports ?? [])
      .filter((p: any) => p.name === port && isTcp(p))
      .map((p: any) => p.containerPort as number),
  );
}

const isExternal = ({ spec }: Raw): boolean => Object.hasOwn(spec, 'workloadIPs');
const selectsExternal = ({ spec }: Raw): boolean => Object.hasOwn(spec, 'externalWorkloadSelector');
const selectorOf = ({ spec }: Raw): any => spec.externalWorkloadSelector ?? spec.podSelector;

/** Every label set over KEYS with the values that selectors name, one fresh value, and absence. */
function universe(values: readonly string[]): Record<string, string>[] {
  let sets: Record<string, string>[] = [{}];
  for (const key of KEYS) {
    sets = sets.flatMap((set) => [set, ...[...values, FRESH].map((value) => ({ ...set, [key]: value }))]);
  }
  return sets;
}

/** The verdict on two Servers, among pods and external workloads. */
export function judgePair(a: Raw, b: Raw, workloads: readonly Raw[], values: readonly string[]): PairVerdict {
  if (selectsExternal(a) !== selectsExternal(b)) return 'none';
  const both = (labels: Record<string, string>): boolean =>
    selects(selectorOf(a), labels) && selects(selectorOf(b), labels);
  for (const workload of workloads) {
    if (isExternal(workload) !== selectsExternal(a) || !both(workload.metadata.labels ?? {})) continue;
    const ports = numbersOn(a.spec.port, workload);
    if (numbersOn(b.spec.port, workload).some((port) => ports.includes(port))) return 'live';
  }
  const sets = universe(values);
  const [sa, sb] = [a, b].map((server) => sets.map((labels) => selects(selectorOf(server), labels)));
  if (!sets.some((_, i) => sa![i] === true && sb![i] === true)) return 'none';
  const sameType = typeof a.spec.port === typeof b.spec.port;
  if (sameType && a.spec.port !== b.spec.port) return 'none';
  const implied = sets.every((_, i) => !sa![i] || sb![i]) || sets.every((_, i) => !sb![i] || sa![i]);
  return sameType && implied ? 'certain' : 'possible';
}

/** Which of two Servers wins: the older, then the lower name; one without a timestamp comes first. */
export function winnerOf(a: Raw, b: Raw): string {
  const key = ({ metadata }: Raw): string => `${metadata.creationTimestamp ?? ''} ${metadata.name}`;
  return key(a) < key(b) ? a.metadata.name : b.metadata.name;
}
