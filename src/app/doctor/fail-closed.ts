/** Sets `failurePolicy: Fail` on the entry that judges, and on nothing else. */
import { KubeHttpError } from '../../adapters/kube/errors.js';
import type { KubeClient } from '../../adapters/kube/kube-client.js';
import { valueAt } from '../../model/json.js';
import { ENTRIES, NAMES } from '../manifests/names.js';
import { bad, good, type Check } from './check.js';
import { messageIn, type Facts } from './facts.js';
import { entryOf } from './registration.js';

const TIMEOUT_MS = 10_000;
const PATH = `/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/${NAMES.webhooks}`;

/** Only where nothing failed; the object must be the one that was looked at. */
export async function failClosed(client: KubeClient, facts: Facts, checks: readonly Check[]): Promise<Check> {
  const { webhooks } = facts;
  const found = entryOf(webhooks, ENTRIES.validate);
  const proven = ['refuses', 'admits'].every((id) =>
    checks.some((check) => check.id === id && check.status === 'ok'),
  );
  if (
    !proven ||
    found === undefined ||
    webhooks.state !== 'there' ||
    checks.some(({ status }) => status === 'fail')
  )
    return bad('fail-closed', 'failurePolicy was left as it is', 'repair what failed, then run this again');
  if (valueAt(found.entry, ['failurePolicy']) === 'Fail')
    return good('fail-closed', 'failurePolicy is Fail already');
  const at = `/webhooks/${String(found.index)}`;
  const patch = [
    {
      op: 'test',
      path: '/metadata/resourceVersion',
      value: valueAt(webhooks.object, ['metadata', 'resourceVersion']),
    },
    { op: 'test', path: `${at}/name`, value: ENTRIES.validate },
    { op: 'replace', path: `${at}/failurePolicy`, value: 'Fail' },
  ];
  try {
    await client.request('PATCH', PATH, patch, {
      timeoutMs: TIMEOUT_MS,
      contentType: 'application/json-patch+json',
    });
    return good(
      'fail-closed',
      `failurePolicy of ${ENTRIES.validate} is Fail now; set it in your values or manifests too`,
    );
  } catch (error) {
    if (!(error instanceof KubeHttpError)) throw error;
    const changed = error.status === 409 || error.status === 422;
    return bad(
      'fail-closed',
      `failurePolicy could not be set: ${messageIn(error)}`,
      changed
        ? 'somebody changed the object meanwhile: run this again'
        : 'run the doctor as somebody with more rights',
    );
  }
}
