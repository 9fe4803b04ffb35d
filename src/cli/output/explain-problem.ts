/** Why a question could not be asked, in words. */
import type { ExplainProblem } from '../../app/explain.js';
import type { MatrixProblem } from '../../app/matrix.js';
import { andList, quote } from '../../model/text.js';

const meant = (near: string | undefined): string => (near === undefined ? '' : `; did you mean ${near}?`);

export function problemText(problem: ExplainProblem | MatrixProblem): string {
  switch (problem.code) {
    case 'needs-from':
      return 'who asks? name a workload, namespace/serviceaccount, an identity or an address with --from';
    case 'needs-to':
      return 'whom is asked for? name namespace/workload:port with --to';
    case 'unreadable-from':
      return `--from: ${quote(problem.text)} is no workload (namespace/name), identity or address`;
    case 'unreadable-to':
      return `--to: ${quote(problem.text)} is no namespace/workload:port`;
    case 'no-namespace':
      return `nothing is known of a namespace ${quote(problem.namespace)}${meant(problem.near)}`;
    case 'no-workload': {
      const { namespace, name, near, known, service, accounts } = problem;
      const what = accounts ? 'workload or service account' : 'workload';
      const where = namespace === undefined ? '' : ` in ${namespace}`;
      const list = near === undefined && known.length > 0 ? `; there are ${andList(known)}` : '';
      const hint = service ? `; ${quote(name)} is a Service: name the workload behind it` : '';
      return `there is no ${what} ${quote(name)}${where}${hint}${meant(near)}${list}`;
    }
    case 'ambiguous':
      return `${quote(problem.name)} is in several namespaces: name one of ${andList(problem.candidates)}`;
    case 'no-port':
      return `--to: which port? ${declaredText(problem.declared)}`;
    case 'no-port-name':
      return `--to: the workload has no port ${quote(problem.port)}${meant(problem.near)} ${declaredText(problem.declared)}`;
    case 'no-such-port':
      return `--to: no workload there has a port ${quote(problem.port)}${meant(problem.near)}`;
    case 'identity-unmeshed':
      return `--unmeshed: ${quote(problem.identity)} is an identity, which only a proxy shows; name a workload or an address`;
    case 'service-as-target':
      return `--to: policy is about workloads, not about the Service ${quote(problem.name)}: name the workload behind it`;
    case 'log-needs-target': {
      const { server, candidates } = problem;
      const of = server === undefined ? 'no Server' : `the Server ${quote(server)}`;
      const several = candidates.length > 1 ? `, of which there are ${andList(candidates)}` : '';
      return `--log: the line names ${of}${several}, so that nobody can tell which port it is about: add --to namespace/workload:port`;
    }
  }
}

const declaredText = (declared: readonly string[]): string =>
  declared.length === 0 ? 'it declares none; a number will do' : `it declares ${andList(declared)}`;
