/** The checks of how the API server is told about us: the webhook entries and their caBundle. */
import type { X509Certificate } from 'node:crypto';
import { certificatesOf } from '../../adapters/certs/pair.js';
import { member, valueAt, type JsonObject, type JsonValue } from '../../model/json.js';
import { count } from '../../model/text.js';
import { ENTRIES, NAMES } from '../manifests/names.js';
import { bad, doubtful, good, type Check } from './check.js';
import type { Facts } from './facts.js';
import { tlsModeOf } from './rights.js';
import type { Seen } from './seen.js';

const REGISTER = 'gatehouse manifests --part webhook | kubectl apply -f -';

const textAt = (value: unknown, path: readonly (string | number)[]): string | undefined => {
  const found = valueAt(value, path);
  return typeof found === 'string' ? found : undefined;
};
const listOf = (value: JsonValue | undefined): readonly JsonValue[] =>
  Array.isArray(value) ? (value as readonly JsonValue[]) : [];

/** The entry of this name in our configuration, with its place. */
export function entryOf(webhooks: Seen, name: string): { entry: JsonValue; index: number } | undefined {
  if (webhooks.state !== 'there') return undefined;
  const entries = listOf(member(webhooks.object, 'webhooks'));
  const index = entries.findIndex((entry) => member(entry, 'name') === name);
  const entry = entries[index];
  return entry === undefined ? undefined : { entry, index };
}

export function webhook({ webhooks, allWebhooks, namespace }: Facts): Check {
  const what = `ValidatingWebhookConfiguration ${NAMES.webhooks}`;
  if (webhooks.state === 'refused')
    return bad('webhook', `you may not read ${what}`, 'run the doctor as somebody with more rights');
  if (webhooks.state === 'absent') {
    const other = elsewhere(allWebhooks);
    return other === undefined
      ? bad('webhook', `there is no ${what}: nothing is judged`, REGISTER)
      : bad(
          'webhook',
          `there is no ${what}; ${ENTRIES.validate} stands in ${other}`,
          `Gatehouse keeps ${NAMES.webhooks} up to date alone: delete ${other}, then ${REGISTER}`,
        );
  }
  for (const name of [ENTRIES.validate, ENTRIES.advise]) {
    const found = entryOf(webhooks, name);
    if (found === undefined) return bad('webhook', `${what} has no entry ${name}`, REGISTER);
    const service = member(member(found.entry, 'clientConfig'), 'service');
    const called = `${textAt(service, ['namespace']) ?? '?'}/${textAt(service, ['name']) ?? '?'}`;
    if (called !== `${namespace}/${NAMES.service}`)
      return bad('webhook', `${name} calls Service ${called}, not ${namespace}/${NAMES.service}`, REGISTER);
  }
  return good('webhook', `${what} has both entries`);
}

/** The name of another configuration that has our entry. */
function elsewhere(all: Seen): string | undefined {
  if (all.state !== 'there') return undefined;
  const found = listOf(member(all.object, 'items')).find((item) =>
    listOf(member(item, 'webhooks')).some((entry) => member(entry, 'name') === ENTRIES.validate),
  );
  return textAt(found, ['metadata', 'name']);
}

export function failurePolicy({ webhooks }: Facts): Check[] {
  const policyOf = (name: string): string | undefined =>
    textAt(entryOf(webhooks, name)?.entry, ['failurePolicy']);
  const validate = policyOf(ENTRIES.validate);
  if (validate === undefined) return [];
  if (policyOf(ENTRIES.advise) === 'Fail')
    return [
      bad(
        'failure-policy',
        `${ENTRIES.advise} has failurePolicy Fail: while no pod answers, no namespace with policy can be deleted`,
        REGISTER,
      ),
    ];
  return [
    validate === 'Fail'
      ? good('failure-policy', 'Fail: while no pod answers, policy is refused')
      : doubtful(
          'failure-policy',
          'Ignore: while no pod answers, policy is admitted unjudged',
          'gatehouse doctor --then-fail-closed',
        ),
  ];
}

/** Whether the API server trusts what the server shows it, as far as can be told from Secrets. */
export async function caBundle(
  { webhooks, deployment, namespace, secret }: Facts,
  now: Date,
): Promise<Check[]> {
  if (webhooks.state !== 'there') return [];
  const mode = tlsModeOf(deployment);
  const refill =
    mode === 'managed'
      ? 'the server fills it in within 10 s: its logs say why it has not; if a deployment tool overwrites it, see docs/install.md'
      : 'put the CA of tls.crt into caBundle of both entries: see docs/install.md';
  const checks: Check[] = [];
  for (const name of [ENTRIES.validate, ENTRIES.advise]) {
    const encoded = textAt(entryOf(webhooks, name)?.entry, ['clientConfig', 'caBundle']) ?? '';
    const bundle = certificatesOf(Buffer.from(encoded, 'base64').toString('utf8'));
    if (bundle.length === 0) {
      checks.push(
        bad('ca-bundle', `caBundle of ${name} is ${encoded === '' ? 'empty' : 'no certificate'}`, refill),
      );
      continue;
    }
    const seen = await secret(mode === 'managed' ? NAMES.caSecret : mountedSecret(deployment));
    const fault = faultOf(bundle, seen, mode, { namespace, now });
    if (fault !== undefined) checks.push(bad('ca-bundle', `caBundle of ${name}: ${fault}`, refill));
    else if (seen.state !== 'there') checks.push(unknown(name, seen));
  }
  if (checks.length > 0) return checks.slice(0, 1);
  return [good('ca-bundle', 'caBundle fits the certificates in the Secret')];
}

const unknown = (name: string, { state }: Seen): Check =>
  doubtful(
    'ca-bundle',
    `caBundle of ${name} is there; its Secret ${state === 'refused' ? 'may not be read' : 'is missing'}, so whether it fits is unknown`,
    state === 'refused' ? 'run the doctor as somebody with more rights' : 'is the server running?',
  );

/** The Secret that the pods of `--tls files` mount. */
function mountedSecret(deployment: Seen): string {
  const spec = deployment.state === 'there' ? deployment.object : ({} as JsonObject);
  const volumes = listOf(valueAt(spec, ['spec', 'template', 'spec', 'volumes']) as JsonValue | undefined);
  const found = volumes.find((volume) => member(volume, 'name') === 'certs');
  return textAt(found, ['secret', 'secretName']) ?? 'gatehouse-tls';
}

function faultOf(
  bundle: readonly X509Certificate[],
  seen: Seen,
  mode: 'managed' | 'files',
  { namespace, now }: { readonly namespace: string; readonly now: Date },
): string | undefined {
  const valid = bundle.filter((certificate) => Date.parse(certificate.validTo) > now.getTime());
  if (valid.length === 0) return `${count(bundle.length, 'certificate')}, all expired`;
  if (seen.state !== 'there') return undefined;
  const key = mode === 'managed' ? 'ca.crt' : 'tls.crt';
  const encoded = textAt(seen.object, ['data', key]) ?? '';
  const [shown] = certificatesOf(Buffer.from(encoded, 'base64').toString('utf8'));
  if (shown === undefined) return `the Secret has no certificate in ${key}`;
  if (mode === 'managed')
    return valid.some(({ fingerprint256 }) => fingerprint256 === shown.fingerprint256)
      ? undefined
      : 'it does not hold the CA that the server signs with';
  if (Date.parse(shown.validTo) <= now.getTime()) return `tls.crt has expired (${shown.validTo})`;
  const host = `${NAMES.service}.${namespace}.svc`;
  if (shown.checkHost(host) === undefined) return `tls.crt is not for ${host}`;
  const trusted = certificatesOf(Buffer.from(encoded, 'base64').toString('utf8'))
    .flatMap((certificate) => valid.map((ca): [X509Certificate, X509Certificate] => [certificate, ca]))
    .some(([leaf, ca]) => leaf.checkIssued(ca) && leaf.verify(ca.publicKey));
  return trusted ? undefined : 'tls.crt was signed by another CA';
}
