import type { GrpcMatch } from '../inbound/port-policy.js';
import { compileHeader, holdAll, type Compile, type Matcher, type Score } from './matcher.js';
import { utf8Length } from './utf8-length.js';

/** Of a rule without matches; unlike a match it takes every HTTP method. */
export const EVERY_CALL: Score = [0, 0, 0];

/** The score of a gRPC match is: bytes of the service, of the method, header matches. */
export function compileGrpc({ rpc, headers }: GrpcMatch, compile: Compile): Matcher {
  // On the wire an empty name is an absent one.
  const service = rpc?.service ?? '';
  const method = rpc?.method ?? '';
  const tests = headers.map((header) => compileHeader(header, compile));
  const score: Score = [utf8Length(service), utf8Length(method), tests.length];
  return (request) => {
    if (request.method !== 'POST') return undefined;
    const [root, calledService, calledMethod] = request.path.split('/', 3);
    if (root !== '' || calledService === undefined || calledMethod === undefined) return undefined;
    if (service !== '' && service !== calledService) return undefined;
    if (method !== '' && method !== calledMethod) return undefined;
    return holdAll(tests, request) ? score : undefined;
  };
}
