/** The flags of `gatehouse matrix`. */
import { oneOf, switchedOn, texts, type Flag } from './flag.js';

export const MATRIX_FORMATS = ['text', 'json', 'csv', 'dot', 'html'] as const;

const flag = <T>(definition: Flag<T>): Flag<T> => definition;

export const MATRIX_FLAGS = {
  from: flag({
    name: 'from',
    placeholder: 'CLIENT',
    repeatable: true,
    describe:
      'only these clients: workloads (namespace/name, deploy/name), all of a namespace (ns/name), outside, unmeshed, kubelet, namespace/serviceaccount, identities, addresses',
    defaultText: 'all workloads, outside, unmeshed and kubelet',
    parse: texts,
  }),
  to: flag({
    name: 'to',
    placeholder: 'WORKLOAD[:PORT]',
    repeatable: true,
    describe:
      'only these ports: of workloads (namespace/name), of a namespace (ns/name), each perhaps with :port; or :port of all',
    defaultText: 'all ports that are declared, probed or claimed by a Server',
    parse: texts,
  }),
  perRoute: flag({
    name: 'per-route',
    describe: 'a column for each rule of a route, for requests of no route and for what is not HTTP',
    defaultText: 'false',
    parse: switchedOn,
  }),
  output: flag({
    name: 'output',
    short: 'o',
    placeholder: 'FORMAT',
    describe: `how the matrix is printed: ${MATRIX_FORMATS.join(', ')}`,
    defaultText: 'text',
    parse: oneOf(MATRIX_FORMATS, 'text'),
  }),
};
