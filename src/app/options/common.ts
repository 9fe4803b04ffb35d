/** The flags that every judging command takes (product description, section 7). */
import { parseNetwork } from '../../model/ip.js';
import { isDnsSubdomain } from '../../model/label-syntax.js';
import { fail, ok, type Result } from '../../model/result.js';
import { quote } from '../../model/text.js';
import {
  DEFAULT_CLUSTER_SETTINGS,
  POLICY_WORDS,
  ROUTE_STATUSES,
  type PolicyWord,
  type RouteStatus,
} from '../../model/world.js';
import { nearest } from '../../model/nearest.js';
import { optionalText, texts, switchedOn, type Flag } from './flag.js';

/** Strict `ip/prefix` items separated by commas (inbound-semantics, section 0); undefined when not given. */
function networks(given: readonly string[] | undefined): Result<readonly string[] | undefined, string> {
  if (given === undefined) return ok(undefined);
  const items = given.flatMap((part) => part.split(',')).map((part) => part.trim());
  const list = items.filter((part) => part !== '');
  const bad = list.filter((item) => !item.includes('/') || parseNetwork(item) === undefined);
  return bad.length === 0
    ? ok(list)
    : fail(`${bad.map(quote).join(', ')} is no network as address/prefix, e.g. 10.0.0.0/8`);
}

function domain(given: readonly string[] | undefined): Result<string | undefined, string> {
  const value = given?.at(-1);
  return value === undefined || isDnsSubdomain(value) ? ok(value) : fail(`${quote(value)} is no domain name`);
}

function policyWord(given: readonly string[] | undefined): Result<PolicyWord | undefined, string> {
  const value = given?.at(-1);
  const found = POLICY_WORDS.find((word) => word === value);
  if (value === undefined || found !== undefined) return ok(found);
  const near = nearest(value, POLICY_WORDS);
  const meant = near === undefined ? '' : `; did you mean ${near}?`;
  return fail(`${quote(value)} is none of ${POLICY_WORDS.join(', ')}${meant}`);
}

function routeStatus(given: readonly string[] | undefined): Result<RouteStatus, string> {
  const value = given?.at(-1) ?? 'predicted';
  const found = ROUTE_STATUSES.find((word) => word === value);
  return found === undefined ? fail(`${quote(value)} is none of ${ROUTE_STATUSES.join(', ')}`) : ok(found);
}

const flag = <T>(definition: Flag<T>): Flag<T> => definition;

export const CONFIG_FLAGS = {
  config: flag({
    name: 'config',
    placeholder: 'FILE',
    describe: 'rules, namespaces and cluster settings as YAML',
    defaultText: '',
    parse: optionalText,
  }),
};

export const SOURCE_FLAGS = {
  manifests: flag({
    name: 'manifests',
    placeholder: 'DIR',
    repeatable: true,
    describe: 'read objects from YAML and JSON files',
    defaultText: '',
    parse: texts,
  }),
  kubeconfig: flag({
    name: 'kubeconfig',
    placeholder: 'FILE',
    describe: 'read objects from the cluster of this kubeconfig',
    defaultText: '',
    parse: optionalText,
  }),
  context: flag({
    name: 'context',
    placeholder: 'NAME',
    describe: 'the context of the kubeconfig',
    defaultText: 'its current one',
    parse: optionalText,
  }),
  namespace: flag({
    name: 'namespace',
    placeholder: 'NAME',
    describe: 'the namespace of manifests that name none',
    defaultText: 'default',
    parse: (given) => {
      const value = given?.at(-1) ?? 'default';
      return isDnsSubdomain(value) ? ok(value) : fail(`${quote(value)} is no namespace name`);
    },
  } satisfies Flag<string>),
  assumeMeshed: flag({
    name: 'assume-meshed',
    describe: 'take every workload of the manifests for meshed',
    defaultText: 'false',
    parse: switchedOn,
  }),
};

const {
  clusterNetworks,
  probeNetworks,
  identityDomain,
  clusterDomain,
  controlPlaneNamespace,
  defaultPolicy,
} = DEFAULT_CLUSTER_SETTINGS;

export const CLUSTER_FLAGS = {
  clusterNetworks: flag({
    name: 'cluster-networks',
    placeholder: 'CIDR,…',
    describe: 'the networks of the cluster',
    defaultText: clusterNetworks.join(','),
    parse: networks,
  }),
  probeNetworks: flag({
    name: 'probe-networks',
    placeholder: 'CIDR,…',
    describe: 'where kubelet probes come from',
    defaultText: probeNetworks.join(','),
    parse: networks,
  }),
  identityDomain: flag({
    name: 'identity-domain',
    placeholder: 'DOMAIN',
    describe: 'the trust domain of mesh identities',
    defaultText: identityDomain,
    parse: domain,
  }),
  clusterDomain: flag({
    name: 'cluster-domain',
    placeholder: 'DOMAIN',
    describe: 'the DNS domain of the cluster',
    defaultText: clusterDomain,
    parse: domain,
  }),
  controlPlaneNamespace: flag({
    name: 'control-plane-namespace',
    placeholder: 'NAME',
    describe: 'where Linkerd’s control plane runs',
    defaultText: controlPlaneNamespace,
    parse: domain,
  }),
  defaultPolicy: flag({
    name: 'default-policy',
    placeholder: 'WORD',
    describe: 'the default inbound policy of the cluster',
    defaultText: defaultPolicy,
    parse: policyWord,
  }),
  routeStatus: flag({
    name: 'route-status',
    placeholder: 'predicted|observed',
    describe:
      'whether routes and rate limits count by what Linkerd would accept, or by their status in the cluster',
    defaultText: 'predicted',
    parse: routeStatus,
  }),
};
