import { identityProblem, type IdentityProblem } from '../../model/identity.js';
import { quote } from '../../model/text.js';
import { defineRule, gatehouse, linkerd } from '../rule.js';
import { items } from '../shapes.js';

const wording = ({ value, problem }: { value: string; problem: IdentityProblem }) => {
  switch (problem) {
    case 'dns':
      return {
        message: `${value} is neither a DNS-like identity nor a SPIFFE id, so no client can have it`,
        hint: 'write lower-case labels joined by dots, with `*` at most as the whole first one, or `spiffe://trust-domain/path`',
      };
    case 'spiffe-trust-domain':
      return {
        message: `${value} has no valid SPIFFE trust domain`,
        hint: 'a trust domain has lower-case letters, digits, `.`, `-` and `_`, and no port',
      };
    case 'spiffe-path':
      return {
        message: `${value} has no valid SPIFFE path`,
        hint: 'path segments have letters, digits, `.`, `-` and `_`; none is empty, `.` or `..`, and no `/` ends the path',
      };
  }
};

/** MT-1 to MT-3; in a ServerAuthorization only Gatehouse asks (SAZ-7). */
export const identitySyntax = defineRule({
  code: 'identity/syntax',
  summary: 'an identity that is neither a DNS-like name nor a SPIFFE id',
  severity: 'deny',
  kinds: ['policy.linkerd.io/MeshTLSAuthentication', 'policy.linkerd.io/ServerAuthorization'],
  sources: ['MT-1', 'MT-2', 'MT-3', 'SAZ-7'],
  messages: {
    identity: linkerd(wording),
    clientIdentity: gatehouse(wording),
  },
  check({ subject }, report) {
    const own = subject.kind === 'policy.linkerd.io/ServerAuthorization';
    const list = own
      ? items(subject.spec.client?.meshTLS?.identities, ['spec', 'client', 'meshTLS', 'identities'])
      : items(subject.spec.identities, ['spec', 'identities']);
    for (const { path, value } of list) {
      const problem = identityProblem(value);
      if (problem !== undefined)
        report(own ? 'clientIdentity' : 'identity', path, { value: quote(value), problem });
    }
  },
});
