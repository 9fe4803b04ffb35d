import { nearest } from '../../model/nearest.js';
import { orList, quote } from '../../model/text.js';
import { defineRule, linkerd } from '../rule.js';

export const PROXY_PROTOCOLS = ['unknown', 'HTTP/1', 'HTTP/2', 'gRPC', 'opaque', 'TLS'] as const;

/** What people write for a protocol and what Linkerd calls it. */
const ALIASES: ReadonlyMap<string, string> = new Map([
  ['http', 'HTTP/1'],
  ['http1', 'HTTP/1'],
  ['http/1.1', 'HTTP/1'],
  ['http2', 'HTTP/2'],
  ['h2', 'HTTP/2'],
  ['h2c', 'HTTP/2'],
  ['tcp', 'opaque'],
  ['https', 'TLS'],
  ['ssl', 'TLS'],
]);

/** SRV-4: `proxyProtocol` is unset or one of six words, in that spelling. */
export const serverProxyProtocol = defineRule({
  code: 'server/proxy-protocol',
  summary: 'a `proxyProtocol` that Linkerd does not know',
  severity: 'deny',
  kinds: ['policy.linkerd.io/Server'],
  sources: ['SRV-4'],
  messages: {
    unknown: linkerd(({ value, near }: { value: string; near?: string | undefined }) => ({
      message: `${value} is not a protocol that Linkerd knows`,
      hint: `${near === undefined ? 'write' : `did you mean \`${near}\`? the words are`} ${orList(PROXY_PROTOCOLS)}`,
    })),
  },
  check({ subject }, report) {
    const value = subject.spec.proxyProtocol;
    if (typeof value !== 'string' || (PROXY_PROTOCOLS as readonly string[]).includes(value)) return;
    const near = ALIASES.get(value.toLowerCase()) ?? nearest(value, PROXY_PROTOCOLS);
    report('unknown', ['spec', 'proxyProtocol'], { value: quote(value), near });
  },
});
