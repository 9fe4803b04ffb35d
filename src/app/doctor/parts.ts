/** The checks of what stands in the cluster: API server, CRDs, Deployment, Service. */
import { member, valueAt, type JsonObject } from '../../model/json.js';
import { andList, count } from '../../model/text.js';
import { definitionOf, POLICY_KINDS } from '../../schema/index.js';
import { OLDEST_KUBERNETES } from '../manifests/chart.js';
import { NAMES } from '../manifests/names.js';
import { version as ownVersion } from '../version.js';
import { bad, doubtful, good, type Check } from './check.js';
import { SERVERS, WEBHOOK_PORT, type Facts } from './facts.js';
import { formatRight } from './rights.js';
import type { Seen } from './seen.js';

const textAt = (seen: Seen, path: readonly (string | number)[]): string | undefined => {
  const value = seen.state === 'there' ? valueAt(seen.object, path) : undefined;
  return typeof value === 'string' ? value : undefined;
};

export function kubernetes({ version }: Facts): Check {
  const text = textAt(version, ['gitVersion']);
  if (text === undefined)
    return doubtful(
      'kubernetes',
      'the API server does not tell its version',
      'ask for the right to read /version',
    );
  const [, major, minor] = /^v?(\d+)\.(\d+)/.exec(text) ?? [];
  const [oldestMajor = 0, oldestMinor = 0] = OLDEST_KUBERNETES.split('.').map(Number);
  const isOld = Number(major) < oldestMajor || (Number(major) === oldestMajor && Number(minor) < oldestMinor);
  return isOld
    ? doubtful('kubernetes', `Kubernetes ${text} is older than ${OLDEST_KUBERNETES}`, 'upgrade Kubernetes')
    : good('kubernetes', `Kubernetes ${text}`);
}

export function crds({ served }: Facts): Check {
  if (!served.has(SERVERS))
    return bad(
      'crds',
      `${SERVERS} is not served`,
      'install Linkerd’s CRDs: linkerd install --crds | kubectl apply -f -',
    );
  const missing: string[] = [];
  const unknown: string[] = [];
  for (const { plural, group, versions } of POLICY_KINDS.map(definitionOf)) {
    const there = served.get(`${plural}.${group}`);
    if (there === undefined) missing.push(plural);
    const known = versions.map(({ name }) => name);
    for (const name of there ?? []) if (!known.includes(name)) unknown.push(`${plural} ${name}`);
  }
  if (unknown.length > 0)
    return doubtful('crds', `Gatehouse does not know ${andList(unknown)}`, 'upgrade Gatehouse');
  if (missing.length > 0)
    return doubtful(
      'crds',
      `this Linkerd has no ${andList(missing)}; what refers to them is judged without`,
      'upgrade Linkerd if you mean to use them',
    );
  return good(
    'crds',
    `all kinds of policy.linkerd.io are served; Server as ${(served.get(SERVERS) ?? []).join(', ')}`,
  );
}

export function linkerd({ linkerdConfig }: Facts): Check {
  const found = /^linkerdVersion: *["']?([\w.+-]+)/m.exec(textAt(linkerdConfig, ['data', 'values']) ?? '');
  return found === null
    ? doubtful(
        'linkerd',
        'no control plane of Linkerd was found',
        'name its namespace with --control-plane-namespace; without Linkerd no policy has any effect',
      )
    : good('linkerd', `Linkerd ${found[1] ?? ''}`);
}

export function deployment({ deployment: seen, namespace }: Facts): Check {
  const where = `Deployment ${namespace}/${NAMES.deployment}`;
  if (seen.state === 'refused') return doubtful('deployment', `you may not read ${where}`, MORE_RIGHTS);
  if (seen.state === 'absent')
    return bad('deployment', `there is no ${where}`, 'install it, or name its namespace with --namespace');
  const wanted = numberAt(seen.object, ['spec', 'replicas']);
  const ready = numberAt(seen.object, ['status', 'readyReplicas']);
  const text = `${String(ready)} of ${count(wanted, 'replica')} ready`;
  const fix = `kubectl -n ${namespace} get pods; kubectl -n ${namespace} logs deployment/${NAMES.deployment}`;
  if (ready === 0) return bad('deployment', text, fix);
  return ready < wanted ? doubtful('deployment', text, fix) : good('deployment', text);
}

const numberAt = (object: JsonObject, path: readonly string[]): number => {
  const value = valueAt(object, path);
  return typeof value === 'number' ? value : 0;
};

export function version({ deployment: seen }: Facts): Check[] {
  const running = textAt(seen, ['metadata', 'labels', 'app.kubernetes.io/version']);
  if (running === undefined) return [];
  return [
    running === ownVersion()
      ? good('version', `Gatehouse ${running}`)
      : doubtful(
          'version',
          `Gatehouse ${running} is installed, this is ${ownVersion()}`,
          'use the doctor of the version that is installed',
        ),
  ];
}

export function service({ service: seen, endpoints, namespace }: Facts): Check {
  const where = `Service ${namespace}/${NAMES.service}`;
  if (seen.state === 'refused') return doubtful('service', `you may not read ${where}`, MORE_RIGHTS);
  if (seen.state === 'absent') return bad('service', `there is no ${where}`, 'apply the manifests again');
  const name = textAt(seen, ['spec', 'externalName']);
  if (name !== undefined) return good('service', `${where} stands for ${name}`);
  if (endpoints.state !== 'there') return doubtful('service', 'you may not read EndpointSlices', MORE_RIGHTS);
  const slices = member(endpoints.object, 'items');
  const ready = (Array.isArray(slices) ? slices : [])
    .flatMap((slice) => (member(slice, 'endpoints') ?? []) as readonly unknown[])
    .filter((endpoint) => valueAt(endpoint, ['conditions', 'ready']) !== false);
  return ready.length === 0
    ? bad(
        'service',
        `${where} has no endpoint`,
        'its selector must match the pods’ labels, and one of them must be ready',
      )
    : good('service', `${where} has ${count(ready.length, 'endpoint')}`);
}

export function reachable({ reach, service: seen }: Facts): Check[] {
  if (seen.state !== 'there' || textAt(seen, ['spec', 'externalName']) !== undefined) return [];
  if (reach === 'refused')
    return [doubtful('reachable', 'you may not ask through the API server’s proxy', MORE_RIGHTS)];
  if (reach.reached) return [good('reachable', 'the API server reaches a pod through the Service')];
  return [bad('reachable', `the API server does not reach a pod: ${reach.why}`, wayFix(reach.why))];
}

/** What to do about a connection that failed, by what the API server says of it. */
export function wayFix(why: string): string {
  if (/x509|certificate|tls:/i.test(why))
    return 'caBundle does not fit the certificate that is served: see ca-bundle';
  if (/connection refused/.test(why))
    return `nothing listens: is a pod ready, and is targetPort its port ${String(WEBHOOK_PORT)}?`;
  if (/no endpoints available/.test(why)) return 'no pod is ready: see deployment';
  if (/service .* not found/i.test(why)) return 'the Service is missing: apply the manifests again';
  if (/timeout|deadline|no route to host/i.test(why))
    return `a firewall or NetworkPolicy is in the way: let the API server reach the pods on port ${String(WEBHOOK_PORT)}`;
  return 'kubectl logs of the pods may say more';
}

export function rights({ denied }: Facts): Check {
  if (denied.own.length > 0)
    return bad('rights', `you may not ${denied.own.map(formatRight).join('; ')}`, MORE_RIGHTS);
  if (denied.server === 'refused')
    return doubtful(
      'rights',
      'you may not ask what the server may do (create subjectaccessreviews)',
      MORE_RIGHTS,
    );
  const [first, ...rest] = denied.server;
  if (first === undefined) return good('rights', 'the server may do all that it needs to');
  const more = rest.length === 0 ? '' : `, and ${String(rest.length)} more`;
  return bad(
    'rights',
    `the server may not ${formatRight(first)}${more}`,
    'apply the manifests’ roles and bindings again',
  );
}

const MORE_RIGHTS = 'run the doctor as somebody with more rights';
