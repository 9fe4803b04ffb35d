/** What a person reads in the terminal: standard output and standard error of kubectl, whole. */
import { expect, test as always } from '@jest/globals';
import type { KubectlResult } from './cluster.js';
import { describeWithWebhook, hasProgram, useGatehouse } from './gatehouse.js';

/** A Server in YAML, as a person writes one. */
const server = (name: string, spec: Readonly<Record<string, string>>): string =>
  [
    'apiVersion: policy.linkerd.io/v1beta3',
    'kind: Server',
    'metadata:',
    `  name: ${name}`,
    'spec:',
    ...Object.entries(spec).map(([field, value]) => `  ${field}: ${value}`),
    '',
  ].join('\n');

const good = { podSelector: '{ matchLabels: { app: web } }', port: 'http', proxyProtocol: 'HTTP/1' };

const test = hasProgram('kubectl') ? always : always.skip;

describeWithWebhook('kubectl', (cluster) => {
  const namespace = cluster.namespace('kubectl');
  useGatehouse(cluster, { namespaces: [namespace] });

  const kubectl = async (
    args: readonly string[],
    stdin: string,
    expected: { code: number; stdout: readonly string[]; stderr: readonly string[] },
  ): Promise<void> => {
    const result: KubectlResult | undefined = await cluster.kubectl(
      ['--namespace', namespace, ...args],
      stdin,
    );
    const lines = (text: string): string[] =>
      text
        .replaceAll(namespace, 'NAMESPACE')
        // Newer ones say where.
        .replaceAll(' deleted from NAMESPACE namespace', ' deleted')
        .split('\n')
        .slice(0, -1);
    expect({
      code: result?.code,
      stdout: lines(result?.stdout ?? ''),
      stderr: lines(result?.stderr ?? ''),
    }).toEqual(expected);
  };
  const apply = ['apply', '--filename=-'];

  test('apply of a misspelt value says what to write', () =>
    kubectl(apply, server('web', { ...good, proxyProtocol: 'HTPP/1' }), {
      code: 1,
      stdout: [],
      stderr: [
        'Error from server (Forbidden): error when creating "STDIN": admission webhook "validate.gatehouse.dev" denied the request: spec.proxyProtocol [server/proxy-protocol]: "HTPP/1" is not a protocol that Linkerd knows',
        '  did you mean `HTTP/1`? the words are unknown, HTTP/1, HTTP/2, gRPC, opaque or TLS',
      ],
    }));

  test('apply of several faults shows each on its own lines', () =>
    kubectl(apply, server('web', { podSelector: '{}', port: '"80"', proxyProtocol: 'tcp' }), {
      code: 1,
      stdout: [],
      stderr: [
        'Error from server (Forbidden): error when creating "STDIN": admission webhook "validate.gatehouse.dev" denied the request: spec.podSelector [selector/exactly-one]: a selector needs `matchLabels` or `matchExpressions`; this one has neither and would select everything',
        '  write `matchLabels: {}` to select everything on purpose',
        'spec.port [server/port]: "80" is text, so Linkerd looks for a container port with that name, and no port can have it',
        '  write the number without quotes: `port: 80`',
        'spec.proxyProtocol [server/proxy-protocol]: "tcp" is not a protocol that Linkerd knows',
        '  did you mean `opaque`? the words are unknown, HTTP/1, HTTP/2, gRPC, opaque or TLS',
      ],
    }));

  test('apply of a misspelt field is refused by the API server, before Gatehouse is asked', () =>
    kubectl(apply, server('web', { podSelecter: good.podSelector, port: 'http' }), {
      code: 1,
      stdout: [],
      stderr: [
        'Error from server (BadRequest): error when creating "STDIN": Server in version "v1beta3" cannot be handled as a Server: strict decoding error: unknown field "spec.podSelecter"',
      ],
    }));

  test('apply of a misspelt field without validation is refused for what is missing then', () =>
    kubectl([...apply, '--validate=warn'], server('web', { podSelecter: good.podSelector, port: 'http' }), {
      code: 1,
      stdout: [],
      stderr: [
        'Warning: unknown field "spec.podSelecter"',
        'Error from server (Forbidden): error when creating "STDIN": admission webhook "validate.gatehouse.dev" denied the request: spec [server/workload-selector]: a Server needs a `podSelector` or an `externalWorkloadSelector`; this one has neither',
        '  add `podSelector: {matchLabels: {…}}`; `podSelector: {matchLabels: {}}` selects every pod',
      ],
    }));

  test('apply of a right manifest is silent', () =>
    kubectl(apply, server('web', good), {
      code: 0,
      stdout: ['server.policy.linkerd.io/web created'],
      stderr: [],
    }));

  test('apply of a change for the worse is refused', () =>
    kubectl(apply, server('web', { ...good, port: '0' }), {
      code: 1,
      stdout: [],
      stderr: [
        'Error from server (Forbidden): error when applying patch:',
        '{"metadata":{"annotations":{"kubectl.kubernetes.io/last-applied-configuration":"{\\"apiVersion\\":\\"policy.linkerd.io/v1beta3\\",\\"kind\\":\\"Server\\",\\"metadata\\":{\\"annotations\\":{},\\"name\\":\\"web\\",\\"namespace\\":\\"NAMESPACE\\"},\\"spec\\":{\\"podSelector\\":{\\"matchLabels\\":{\\"app\\":\\"web\\"}},\\"port\\":0,\\"proxyProtocol\\":\\"HTTP/1\\"}}\\n"}},"spec":{"port":0}}',
        'to:',
        'Resource: "policy.linkerd.io/v1beta3, Resource=servers", GroupVersionKind: "policy.linkerd.io/v1beta3, Kind=Server"',
        'Name: "web", Namespace: "NAMESPACE"',
        'for: "STDIN": error when patching "STDIN": admission webhook "validate.gatehouse.dev" denied the request: spec.port [server/port]: 0 is no port: port numbers are 1 to 65535',
        '  write the number of the container port, or its name',
      ],
    }));

  test('apply on the server side is refused likewise', () =>
    kubectl([...apply, '--server-side', '--force-conflicts'], server('web', { ...good, port: '0' }), {
      code: 1,
      stdout: [],
      stderr: [
        'Error from server (Forbidden): admission webhook "validate.gatehouse.dev" denied the request: spec.port [server/port]: 0 is no port: port numbers are 1 to 65535',
        '  write the number of the container port, or its name',
      ],
    }));

  test('diff shows the refusal too', () =>
    kubectl(['diff', '--filename=-'], server('web', { ...good, port: '0' }), {
      code: 2,
      stdout: [],
      stderr: [
        'Error from server (Forbidden): error when patching "STDIN": admission webhook "validate.gatehouse.dev" denied the request: spec.port [server/port]: 0 is no port: port numbers are 1 to 65535',
        '  write the number of the container port, or its name',
      ],
    }));

  test('apply of two objects stores the right one', () =>
    kubectl(
      apply,
      `${server('api', { ...good, podSelector: '{ matchLabels: { app: api } }' })}---\n${server('db', { podSelector: '{ matchLabels: { app: db } }', port: 'sql', proxyProtocol: 'mysql' })}`,
      {
        code: 1,
        stdout: ['server.policy.linkerd.io/api created'],
        stderr: [
          'Error from server (Forbidden): error when creating "STDIN": admission webhook "validate.gatehouse.dev" denied the request: spec.proxyProtocol [server/proxy-protocol]: "mysql" is not a protocol that Linkerd knows',
          '  write unknown, HTTP/1, HTTP/2, gRPC, opaque or TLS',
        ],
      },
    ));

  test('apply of an accepted finding warns', () =>
    kubectl(
      apply,
      server('everything', { podSelector: '{}', port: '9999' }).replace(
        'spec:',
        '  annotations:\n    gatehouse.dev/accept: selector/exactly-one on purpose\nspec:',
      ),
      {
        code: 0,
        stdout: ['server.policy.linkerd.io/everything created'],
        stderr: [
          'Warning: [selector/exactly-one] accepted: neither `matchLabels` nor `matchExpressions`: selects everything (spec.podSelector)',
          'Warning: spec [server/overlap-possible]: may overlap Server "api": both would select a workload with app=api',
          'Warning: spec [server/overlap-possible]: may overlap Server "web": both would select a workload with app=web',
        ],
      },
    ));

  test('delete is never refused', () =>
    kubectl(['delete', 'servers.policy.linkerd.io', '--all'], '', {
      code: 0,
      stdout: [
        'server.policy.linkerd.io "api" deleted',
        'server.policy.linkerd.io "everything" deleted',
        'server.policy.linkerd.io "web" deleted',
      ],
      stderr: [],
    }));
});
