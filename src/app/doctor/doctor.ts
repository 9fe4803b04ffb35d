/** Whether an installation works, end to end, and if not, why not. */
import type { KubeClient } from '../../adapters/kube/kube-client.js';
import type { Check } from './check.js';
import { failClosed } from './fail-closed.js';
import { gatherFacts } from './facts.js';
import { crds, deployment, kubernetes, linkerd, reachable, rights, service, version } from './parts.js';
import { prove } from './proof.js';
import { caBundle, failurePolicy, webhook } from './registration.js';
import type { Subject } from './seen.js';

/** All checks, in the order in which causes come before effects. Rejects when the API server cannot be asked. */
export async function examine(client: KubeClient, subject: Subject, now: Date): Promise<Check[]> {
  const facts = await gatherFacts(client, subject);
  const checks = [
    kubernetes(facts),
    crds(facts),
    linkerd(facts),
    rights(facts),
    deployment(facts),
    ...version(facts),
    service(facts),
    ...reachable(facts),
    webhook(facts),
    ...(await caBundle(facts, now)),
    ...failurePolicy(facts),
    ...(await prove(client, facts, subject.probeNamespace)),
  ];
  return subject.failClosed ? [...checks, await failClosed(client, facts, checks)] : checks;
}
