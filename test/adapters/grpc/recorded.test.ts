/** Our JSON is the JSON in which the answers of Linkerd's controller were recorded. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { Server } from '../../../src/adapters/grpc/gen/inbound.js';
import { toServer } from '../../../src/adapters/grpc/to-proto/server.js';
import { bytesOf, jsonOf, loadProtos, mkEveryPolicy } from './builders.js';

const type = loadProtos({ keepCase: false }).lookupType('io.linkerd.proxy.inbound.Server');

const answers = (file: string): object[] =>
  readFileSync(new URL(`../../fixtures/${file}`, import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .flatMap((line) => (JSON.parse(line) as { queries: { linkerd: object }[] }).queries)
    .map(({ linkerd }) => linkerd);

describe('Server.toJSON', () => {
  it.each(['inbound-scenarios.jsonl', 'inbound-scenarios-rich.jsonl'])(
    'prints every answer of %s as it was recorded, from bytes of another implementation',
    (file) => {
      const recorded = answers(file);
      expect(recorded.length).toBeGreaterThan(500);
      for (const answer of recorded)
        expect(Server.toJSON(Server.decode(bytesOf(type, answer)))).toEqual(answer);
    },
  );
});

describe('the bytes of a policy', () => {
  it.each(mkEveryPolicy().map((policy) => [policy.protocol, policy] as const))(
    'say to another implementation what its JSON says: %s',
    (_protocol, policy) => {
      const message = toServer(policy);
      const bytes = Server.encode(message).finish();
      expect(jsonOf(type, bytes)).toEqual(Server.toJSON(message));
      expect(Server.toJSON(Server.decode(bytes))).toEqual(Server.toJSON(message));
    },
  );
});
