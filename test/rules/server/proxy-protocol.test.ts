import { serverProxyProtocol } from '../../../src/rules/server/proxy-protocol.js';
import { testRule } from '../harness.js';

const protocol = (value: string): string =>
  `{kind: Server, spec: {podSelector: {matchLabels: {}}, port: 80, proxyProtocol: ${value}}}`;
const unknown = 'spec.proxyProtocol: unknown';

testRule(serverProxyProtocol, {
  accepts: {
    'no protocol': '{kind: Server, spec: {podSelector: {}, port: 80}}',
    'null, which is none': protocol('null'),
    unknown: protocol('unknown'),
    'HTTP/1': protocol('HTTP/1'),
    'HTTP/2': protocol('HTTP/2'),
    'gRPC (SRV-4)': protocol('gRPC'),
    opaque: protocol('opaque'),
    TLS: protocol('TLS'),
    'a number: schema/type speaks of it': protocol('2'),
    'no spec': '{kind: Server}',
  },
  reports: {
    'another case (SRV-4)': [protocol('grpc'), unknown],
    'HTTP/3 (SRV-4)': [protocol('HTTP/3'), unknown],
    'an empty word (SRV-4)': [protocol('""'), unknown],
    'the word of a Service port': [protocol('TCP'), unknown],
    'a word with a space': [protocol('"opaque "'), unknown],
    'a member of every object': [protocol('constructor'), unknown],
    'a bad protocol beside a mistyped port': [
      '{kind: Server, spec: {podSelector: 5, port: [], proxyProtocol: x}}',
      unknown,
    ],
  },
  reads: [
    [
      protocol('grpc'),
      'spec.proxyProtocol [server/proxy-protocol]: "grpc" is not a protocol that Linkerd knows\n' +
        '  did you mean `gRPC`? the words are unknown, HTTP/1, HTTP/2, gRPC, opaque or TLS',
    ],
    [
      protocol('postgres'),
      'spec.proxyProtocol [server/proxy-protocol]: "postgres" is not a protocol that Linkerd knows\n' +
        '  write unknown, HTTP/1, HTTP/2, gRPC, opaque or TLS',
    ],
    [
      protocol('tcp'),
      'spec.proxyProtocol [server/proxy-protocol]: "tcp" is not a protocol that Linkerd knows\n' +
        '  did you mean `opaque`? the words are unknown, HTTP/1, HTTP/2, gRPC, opaque or TLS',
    ],
  ],
});
