/** `explain -o text`: for somebody who is tired. The decision, why, what did not apply, what would help. */
import pc from 'picocolors';
import { toYaml } from '../../adapters/manifests/print-yaml.js';
import type { Explanation } from '../../app/explain.js';
import { formatPath } from '../../model/json.js';
import { formatRef } from '../../model/object-ref.js';
import { andList, escapeControls } from '../../model/text.js';
import type { ClusterSettings } from '../../model/world.js';
import { isGrpc } from '../../policy/decide/request.js';
import type { Change, ChangeStep } from '../../policy/explain/change.js';
import type { Note } from '../../policy/explain/notes.js';
import {
  addressFacts,
  conditionWords,
  governWords,
  identityWords,
  inertWords,
  limitWords,
  networkWords,
  noteWords,
  routeWords,
  sourceWords,
  summaryWords,
} from './explain-wording.js';

type Ruled = NonNullable<Explanation['ruled']>;

export function explainText(
  explanation: Explanation,
  { settings, colour }: { readonly settings: ClusterSettings; readonly colour: boolean },
): string {
  const colours = pc.createColors(colour);
  const { outcome, ruled, notes } = explanation;
  const paint = outcome === 'allow' ? colours.green : outcome === 'audit' ? colours.yellow : colours.red;
  const head = paint(colours.bold(escapeControls(summaryWords(explanation))));
  const blocks = [
    why(explanation),
    ruled === undefined ? [] : notApplied(explanation, ruled, settings),
    ruled === undefined ? [] : withoutEffect(ruled),
    ruled === undefined ? [] : changeLines(explanation, ruled.changes),
    [
      `client: ${clientFacts(explanation, settings)}`,
      `target: ${targetFacts(explanation)}`,
      ...notes.filter((note) => !isUrgent(note)).map((note) => `note: ${noteWords(note)}`),
    ],
  ];
  const text = blocks.filter((block) => block.length > 0).map((block) => block.map(line).join('\n'));
  return `${[head, ...text].join('\n\n')}\n`;
}

/** A line of ours, in which names of others may stand. */
const line = (words: string): string => (words === '' ? '' : `  ${escapeControls(words)}`);

const sentence = (words: string): string => `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;

/** Whether a note changes what the answer means. */
const isUrgent = ({ code }: Note): boolean =>
  code === 'port-undeclared' ||
  code === 'answer-problem' ||
  code === 'log-server' ||
  code === 'members-differ';

function why(explanation: Explanation): string[] {
  const urgent = explanation.notes.filter(isUrgent).map((note) => sentence(noteWords(note)));
  return [...decided(explanation), ...urgent];
}

function decided({ client, target, ruled, outcome }: Explanation): string[] {
  if (ruled === undefined) {
    return [
      sentence(
        target.skipped
          ? `the proxy of the workload skips port ${String(target.port)} (config.linkerd.io/skip-inbound-ports), so no policy is enforced`
          : 'the workload has no proxy, so no policy is enforced: whoever reaches it gets through',
      ),
    ];
  }
  const { policy, verdict, applied } = ruled;
  const lines = [sentence(governWords(policy))];
  if (outcome === 'depends')
    lines.push(
      sentence(
        `${client.addresses.kind === 'assumed' ? 'nobody knows the client’s address' : 'its pods have several addresses'}: it gets through from ${networkWords(verdict.allowed)}, and is refused from ${networkWords(verdict.refused)}`,
      ),
    );
  const reason = reasonWords(ruled);
  lines.push(sentence(outcome === 'depends' ? `where it is refused, ${reason}` : reason));
  const [, ...others] = applied;
  if (others.length > 0) lines.push(sentence(`so would ${andList(others.map(sourceWords))}`));
  for (const limit of verdict.decision.rateLimits) lines.push(sentence(limitWords(limit)));
  return lines;
}

/** Why the decision is what it is. */
function reasonWords({ policy, verdict, notApplied: failed }: Ruled): string {
  const { decision, traffic, connection } = verdict;
  const { route, rule, reason, authorization } = decision;
  const rules = [...policy.httpRoutes, ...policy.grpcRoutes].find(
    ({ ref }) => ref.name === route?.name,
  )?.rules;
  const where =
    route === undefined
      ? 'the connection'
      : `the request falls to ${routeWords(route, rule, rules?.length ?? 1)}, and`;
  switch (reason) {
    case 'authorized': {
      const by = authorization === undefined ? 'nobody' : sourceWords(authorization);
      const audited =
        decision.outcome === 'audit' ? '; the proxy logs it, for nothing else would allow it' : '';
      return route === undefined
        ? `${by} lets the connection through${audited}`
        : `${where} ${by} allows it${audited}`;
    }
    case 'no-authorization': {
      // What the proxy adds for localhost is nobody's authorization.
      const real = failed.filter(({ authorization: each }) => each.name !== 'localhost');
      if (real.length > 0)
        return route === undefined
          ? 'no authorization applies to the connection'
          : `${where} no authorization applies`;
      return route === undefined
        ? 'nothing authorizes anybody here'
        : `${where} nothing authorizes anybody there`;
    }
    case 'no-route':
      return `the request falls to none of the Server’s routes (${routeNames(policy)}), and where it has any, all else is ${isGrpc(traffic) ? 'NotFound' : '404'}`;
    case 'protocol-mismatch':
      return traffic.kind === 'tcp' || connection.tls.kind === 'passthru'
        ? `a port of protocol ${policy.protocol} lets nothing else through`
        : `the proxy speaks ${policy.protocol} there, and HTTP of the other version is an error`;
    case 'no-http-policy':
      return 'the request came over the proxy’s own port, and the policy of this port knows no HTTP';
    case 'direct-needs-identity':
      return 'on the proxy’s own port a client must show an identity';
    case 'invalid-answer':
      return 'proxies cannot read the policy of this port, and refuse everybody';
  }
}

const routeNames = ({ httpRoutes, grpcRoutes }: Ruled['policy']): string =>
  [...httpRoutes, ...grpcRoutes].map(({ ref }) => routeWords(ref, undefined, 1)).join(', ');

function notApplied(
  explanation: Explanation,
  { notApplied: failed }: Ruled,
  settings: ClusterSettings,
): string[] {
  const facts = addressFacts(explanation);
  const lines = failed
    .filter(({ authorization }) => authorization.name !== 'localhost')
    .map(
      ({ authorization, failed: condition }) =>
        `- ${sourceWords(authorization)}: ${conditionWords(condition, settings, facts)}`,
    );
  return lines.length === 0 ? [] : ['These do not apply:', ...lines];
}

function withoutEffect({ inert }: Ruled): string[] {
  const lines = inert.map((each) => `- ${formatRef(each.object)} ${inertWords(each)}`);
  return lines.length === 0 ? [] : ['These have no effect here:', ...lines];
}

function changeLines({ outcome, target }: Explanation, changes: readonly Change[]): string[] {
  const refused = outcome !== 'allow' && outcome !== 'audit';
  if (changes.length === 0)
    return refused && target.servicePort === undefined
      ? ['No small change was found that would allow it.']
      : [];
  const wanted = outcome === 'depends' ? 'allow it from all of them' : 'allow it';
  return changes.flatMap((change, place) => [
    `${place === 0 ? `The smallest change that would ${wanted}` : 'Or'}${opensNetworks(change) ? ', with whoever else comes from there' : ''}:`,
    '',
    ...stepsLines(change),
    ...(place < changes.length - 1 ? [''] : []),
  ]);
}

/** Whether an address alone is enough then. */
const opensNetworks = (change: Change): boolean =>
  change.some(
    (step) =>
      (step.action === 'create' && step.manifest['kind'] === 'NetworkAuthentication') ||
      (step.action === 'add' && step.path.at(-1) === 'networks'),
  );

/** New objects stand together, so that they can be applied as they are. */
function stepsLines(change: Change): string[] {
  const created = change.flatMap((step) => (step.action === 'create' ? [step.manifest] : []));
  const others = change.filter((step) => step.action !== 'create');
  const manifests = created.length === 0 ? [] : indented(toYaml(created));
  if (others.length === 0 || created.length === 0) return [...others.flatMap(stepLines), ...manifests];
  return [...others.flatMap(stepLines), '# and apply', ...manifests];
}

function stepLines(step: Exclude<ChangeStep, { action: 'create' }>): string[] {
  switch (step.action) {
    case 'add':
      return [
        `# in ${formatRef(step.ref)}, one more in ${formatPath(step.path)}`,
        ...indented(toYaml([[step.value]])),
      ];
    case 'set': {
      const [name = ''] = step.path.slice(-1);
      return [
        `# in ${formatRef(step.ref)}, at ${formatPath(step.path)}`,
        ...indented(toYaml([{ [String(name)]: step.value }])),
      ];
    }
    case 'mesh':
      return [`# ${stepWords(step)}`];
  }
}

/** What a client's workload needs to show its identity. */
export function stepWords({ workload, reason }: Extract<ChangeStep, { action: 'mesh' }>): string {
  const who = `${workload.kind} ${workload.namespace}/${workload.name}`;
  switch (reason) {
    case 'no-proxy':
      return `the client is not meshed: annotate the pods of ${who} with linkerd.io/inject: enabled`;
    case 'unmeshed-flag':
      return `let ${who} call through its proxy`;
    case 'skip-outbound-ports':
      return `take the port out of config.linkerd.io/skip-outbound-ports of ${who}`;
  }
}

const indented = (text: string): string[] => text.trimEnd().split('\n');

function clientFacts({ client }: Explanation, settings: ClusterSettings): string {
  const { subject, tls, addresses } = client;
  const from =
    addresses.kind === 'known'
      ? `from ${networkWords(addresses.networks)}`
      : 'from an unknown address in the cluster’s networks';
  const shown =
    tls.kind === 'established'
      ? tls.identity === undefined
        ? 'mesh TLS without identity'
        : `mesh TLS as ${identityWords(tls.identity, settings)}`
      : tls.kind === 'passthru'
        ? 'TLS that is not for this proxy'
        : 'no mesh TLS';
  switch (subject.kind) {
    case 'workload': {
      const { workload, plain } = subject;
      const because = {
        'no-proxy': ' (it has no proxy)',
        'unmeshed-flag': ' (--unmeshed)',
        'skip-outbound-ports': ' (its proxy skips the port)',
      };
      return `${workloadWords(workload)}, ${shown}${plain === undefined ? '' : because[plain]}, ${from}`;
    }
    case 'service-account':
      return `service account ${subject.namespace}/${subject.name}, ${shown}${subject.plain === undefined ? '' : ' (--unmeshed)'}, ${from}`;
    case 'identity':
      return `an identity, ${shown}, ${from}`;
    case 'address':
      return `an address, ${shown}`;
    case 'anonymous':
      return `some client, ${shown}, ${from}`;
    case 'log':
      return `as the proxy logged it: ${shown}, ${from}`;
  }
}

function targetFacts({ target }: Explanation): string {
  const { workload, port, portName } = target;
  const named = portName === undefined ? `port ${String(port)}` : `port ${portName} (${String(port)})`;
  return `${workloadWords(workload)}, ${named}`;
}

function workloadWords({ kind, namespace, name, owner, members }: Explanation['target']['workload']): string {
  if (kind !== 'core/Pod') return `ExternalWorkload ${namespace}/${name}`;
  if (owner === undefined) return `Pod ${namespace}/${name}`;
  if (owner.name !== name) return `Pod ${namespace}/${name} of ${owner.kind} ${owner.name}`;
  const pods = members.length === 1 ? '' : ` (${String(members.length)} pods)`;
  return `${owner.kind} ${namespace}/${name}${pods}`;
}
