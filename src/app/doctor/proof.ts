/**
 * The proof, through the API server's dry run: a Server that Gatehouse alone refuses is refused by Gatehouse, and a good
 * one is admitted. Nothing is stored.
 */
import { KubeError, KubeHttpError } from '../../adapters/kube/errors.js';
import type { KubeClient } from '../../adapters/kube/kube-client.js';
import { member, valueAt } from '../../model/json.js';
import { quote } from '../../model/text.js';
import { POLICY_GROUP } from '../../schema/index.js';
import { ENTRIES, NAMES, OPT_OUT_LABEL } from '../manifests/names.js';
import { bad, good, type Check } from './check.js';
import { messageIn, SERVERS, type Facts } from './facts.js';
import { entryOf } from './registration.js';
import { wayFix } from './parts.js';

/** More than the entry's timeoutSeconds. */
const TIMEOUT_MS = 20_000;
const SELECTED = { 'gatehouse.dev/doctor': 'nothing' } as const;
/** Both are refused by Gatehouse and by nobody else: other validators take them. */
const BAD_SPEC = { podSelector: { matchLabels: { 'no label': 'x' } }, port: 'No_Port_Name' };
const GOOD_SPEC = { podSelector: { matchLabels: SELECTED }, port: 65_535 };
const DENIED = `admission webhook "${ENTRIES.validate}" denied the request: `;
const FAILED = `failed calling webhook "${ENTRIES.validate}"`;
/** The versions of Server that have `spec.podSelector` and `spec.port`, the best first. */
const VERSIONS = ['v1beta3', 'v1beta2', 'v1beta1'];

export async function prove(client: KubeClient, facts: Facts, probeNamespace: string): Promise<Check[]> {
  const version = VERSIONS.find((name) => facts.served.get(SERVERS)?.includes(name));
  if (version === undefined) return [];
  const path = `/apis/${POLICY_GROUP}/${version}/namespaces/${probeNamespace}/servers?dryRun=All`;
  const attempt = async (spec: object): Promise<KubeHttpError | undefined> => {
    const body = {
      apiVersion: `${POLICY_GROUP}/${version}`,
      kind: 'Server',
      metadata: { name: `${NAMES.webhooks}-doctor`, namespace: probeNamespace },
      spec,
    };
    try {
      await client.request('POST', path, body, { timeoutMs: TIMEOUT_MS });
      return undefined;
    } catch (error) {
      if (error instanceof KubeHttpError) return error;
      throw error instanceof KubeError ? error : new Error('the dry run failed', { cause: error });
    }
  };
  const refused = refuses(
    await attempt(BAD_SPEC),
    await whyUnasked(client, facts, probeNamespace),
    probeNamespace,
  );
  return [refused, admits(await attempt(GOOD_SPEC), probeNamespace)];
}

function refuses(refusal: KubeHttpError | undefined, unasked: string | undefined, namespace: string): Check {
  if (refusal === undefined)
    return bad(
      'refuses',
      `an invalid Server was admitted in ${namespace}${unasked === undefined ? '' : `: ${unasked}`}`,
      unasked === undefined
        ? 'the API server did not ask, or the call failed and failurePolicy is Ignore: see the other checks; or the configuration only warns there'
        : 'try another namespace with --probe-namespace',
    );
  const message = messageIn(refusal);
  return message.startsWith(DENIED)
    ? good('refuses', 'an invalid Server is refused by Gatehouse')
    : otherwise('refuses', 'an invalid Server', message);
}

function admits(refusal: KubeHttpError | undefined, namespace: string): Check {
  if (refusal === undefined) return good('admits', `a valid Server is admitted in ${namespace}`);
  const message = messageIn(refusal);
  return message.startsWith(DENIED)
    ? bad(
        'admits',
        `a valid Server is refused by Gatehouse: ${message.slice(DENIED.length)}`,
        'this is a fault of Gatehouse, please report it',
      )
    : otherwise('admits', 'a valid Server', message);
}

/** A refusal that is not by Gatehouse: its webhook failed, or somebody else refuses. */
function otherwise(id: 'refuses' | 'admits', what: string, message: string): Check {
  if (message.includes(FAILED))
    return bad(
      id,
      `the API server could not ask Gatehouse: ${message.slice(message.indexOf(FAILED))}`,
      wayFix(message),
    );
  return bad(
    id,
    `${what} was refused, but not by Gatehouse: ${quote(message)}`,
    'it must get as far as Gatehouse for this proof',
  );
}

/** Why nothing is judged in a namespace; undefined when it should be. */
async function whyUnasked(client: KubeClient, facts: Facts, namespace: string): Promise<string | undefined> {
  let labels: unknown;
  try {
    const object = await client.getJson(`/api/v1/namespaces/${namespace}`, { timeoutMs: TIMEOUT_MS });
    labels = valueAt(object, ['metadata', 'labels']);
  } catch (error) {
    if (error instanceof KubeHttpError) return undefined;
    throw error;
  }
  if (member(labels, OPT_OUT_LABEL) === 'disabled')
    return `the namespace has the label ${OPT_OUT_LABEL}: disabled`;
  const expressions = valueAt(entryOf(facts.webhooks, ENTRIES.validate)?.entry, [
    'namespaceSelector',
    'matchExpressions',
  ]);
  const excluded = (Array.isArray(expressions) ? (expressions as unknown[]) : []).some((expression) => {
    const values = member(expression, 'values');
    return (
      member(expression, 'key') === 'kubernetes.io/metadata.name' &&
      member(expression, 'operator') === 'NotIn' &&
      Array.isArray(values) &&
      values.includes(namespace)
    );
  });
  return excluded ? 'the namespace is left out by namespaceSelector' : undefined;
}
