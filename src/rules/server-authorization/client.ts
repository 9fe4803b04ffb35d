import type { SubjectOf } from '../../schema/index.js';
import { defineRule, gatehouse, linkerd } from '../rule.js';
import { isFaulty } from '../shapes.js';

type ServerAuthorization = SubjectOf<'policy.linkerd.io/ServerAuthorization'>;

/**
 * SAZ-1, SAZ-8: exactly one way to say who may call. A client that authorises nobody is ignored by Linkerd's
 * index, which keeps the version it had before (known-gaps G-33): emptying a client is no revocation.
 */
export const serverAuthorizationClient = defineRule({
  code: 'server-authorization/client',
  summary: 'not exactly one of `client.meshTLS`, `client.unauthenticated: true`',
  severity: 'deny',
  scope: 'change',
  kinds: ['policy.linkerd.io/ServerAuthorization'],
  sources: ['SAZ-1', 'SAZ-8'],
  messages: {
    both: linkerd(() => ({
      message: '`unauthenticated: true` admits everyone, so `meshTLS` beside it can mean nothing',
      brief: '`meshTLS` beside `unauthenticated: true` means nothing',
      hint: 'keep `meshTLS` to ask for an identity, or `unauthenticated: true` to ask for none',
    })),
    none: gatehouse(() => ({
      message:
        'this client authorises nobody: it has neither `meshTLS` nor `unauthenticated: true`, and Linkerd ignores it',
      brief: 'this client authorises nobody, and Linkerd ignores it',
      hint: 'write `meshTLS: {…}` or `unauthenticated: true`; to admit nobody, write no ServerAuthorization',
    })),
    revoked: gatehouse(() => ({
      message:
        'this looks like a revocation and is none: a client that authorises nobody is ignored by Linkerd, which keeps the previous version of this ServerAuthorization in force, so that everyone it admitted stays admitted',
      brief: 'no revocation: everyone it admitted stays admitted',
      hint: 'delete the ServerAuthorization to revoke what it grants',
    })),
  },
  check({ subject, change }, report) {
    const { client } = subject.spec;
    const path = ['spec', 'client'];
    if (client === undefined || client === null) return;
    if (client.unauthenticated === true && hasMeshTLS(subject)) report('both', path, {});
    // A mistyped `unauthenticated` is not `true` either; a mistyped `meshTLS` may have been meant to name somebody.
    if (!authorises(subject) && !isFaulty(subject, [...path, 'meshTLS'])) {
      const granted = change.before !== undefined && authorises(change.before);
      report(granted ? 'revoked' : 'none', path, {});
    }
  },
});

const hasMeshTLS = ({ spec }: ServerAuthorization): boolean =>
  spec.client?.meshTLS !== undefined && spec.client.meshTLS !== null;

const authorises = (subject: ServerAuthorization): boolean =>
  subject.spec.client?.unauthenticated === true || hasMeshTLS(subject);
