import { acceptAnnotation } from '../../../src/rules/accept/annotation.js';
import { identitySyntax } from '../../../src/rules/identity/syntax.js';
import { selectorExactlyOne } from '../../../src/rules/selector/exactly-one.js';
import { serverPort } from '../../../src/rules/server/port.js';
import { testRule, type Given } from '../harness.js';

/** A Server with this spec and these lines in its acceptance annotation, judged by two rules besides. */
const accepting = (spec: string, ...lines: string[]): Given => ({
  object: JSON.stringify({
    kind: 'Server',
    metadata: { annotations: { 'gatehouse.dev/accept': lines.join('\n') } },
    spec: '',
  }).replace('"spec":""', `"spec":${spec}`),
  beside: [selectorExactlyOne, serverPort],
});
const fine = (...lines: string[]): Given => accepting('{podSelector: {matchLabels: {}}, port: 80}', ...lines);
const empty = (...lines: string[]): Given => accepting('{podSelector: {}, port: 80}', ...lines);
const at = 'metadata.annotations["gatehouse.dev/accept"]';
const refused = 'selector/exactly-one spec.podSelector: none';
const accepted = `warn ${refused}`;

testRule(acceptAnnotation, {
  accepts: {
    'no annotation': '{kind: Server, spec: {port: 80}}',
    'an empty annotation': fine(''),
    'comments and empty lines': fine('# a comment', '', '   ', '#selector/exactly-one'),
    'an annotation that is no string: the API server refuses it':
      '{kind: Server, metadata: {annotations: {gatehouse.dev/accept: 5}}, spec: {port: 80}}',
  },
  reports: {
    'an acceptance turns a refusal into a warning': [empty('selector/exactly-one we mean all'), accepted],
    'an acceptance holds on its last day': [
      empty('selector/exactly-one until 2026-11-22 we mean all'),
      accepted,
    ],
    'spaces around and between words mean nothing': [
      empty('  selector/exactly-one\tuntil  2026-11-22   we mean all '),
      accepted,
    ],
    'an acceptance that ended yesterday': [
      empty('selector/exactly-one until 2026-11-21 we mean all'),
      refused,
      `warn ${at}: expired`,
    ],
    'an acceptance without a reason': [empty('selector/exactly-one'), refused, `warn ${at}: malformed`],
    'an acceptance with a date and no reason': [
      empty('selector/exactly-one until 2027-01-01'),
      refused,
      `warn ${at}: malformed`,
    ],
    'an acceptance with a day that no month has': [
      empty('selector/exactly-one until 2027-02-29 we mean all'),
      refused,
      `warn ${at}: malformed`,
    ],
    'an acceptance until some word': [
      empty('selector/exactly-one until further notice'),
      refused,
      `warn ${at}: malformed`,
    ],
    'an acceptance until nothing': [empty('selector/exactly-one until'), refused, `warn ${at}: malformed`],
    'an acceptance with two months': [
      empty('selector/exactly-one until 2026-13-01 x', 'selector/exactly-one until 2026-00-01 x'),
      refused,
      `warn ${at}: malformed`,
      `warn ${at}: malformed`,
    ],
    'a code that is none': [empty('selector/exactly-two we mean all'), refused, `warn ${at}: unknown`],
    'a code that every object inherits': [
      fine('constructor x', '__proto__ x'),
      `warn ${at}: unknown`,
      `warn ${at}: unknown`,
    ],
    'an acceptance of nothing': [fine('selector/exactly-one we mean all'), `warn ${at}: unused`],
    'the same acceptance twice, which is harmless': [
      empty('selector/exactly-one one reason', 'selector/exactly-one another reason'),
      accepted,
    ],
    'an acceptance that only other namespaces may give': [
      {
        ...empty('selector/exactly-one we mean all'),
        settings: { accept: [{ codes: ['selector/exactly-one'], namespaces: ['other'] }] },
      },
      refused,
      `warn ${at}: forbidden`,
    ],
    'an acceptance that this namespace may give': [
      {
        ...empty('selector/exactly-one we mean all'),
        settings: { accept: [{ codes: ['selector/exactly-one'], namespaces: ['other', 'app'] }] },
      },
      accepted,
    ],
    'a rule of Linkerd’s own, even where the code may be accepted': [
      {
        ...accepting('{podSelector: {matchLabels: {}}, port: 0}', 'server/port we like it'),
        settings: { accept: [{ codes: ['server/port'], namespaces: ['*'] }] },
      },
      'server/port spec.port: number',
      `warn ${at}: linkerd`,
    ],
    'Gatehouse’s part of a rule, where the code may be accepted': [
      {
        ...accepting('{podSelector: {matchLabels: {}}, port: HTTP}', 'server/port we like it'),
        settings: { accept: [{ codes: ['server/port'], namespaces: ['*'] }] },
      },
      'warn server/port spec.port: name',
    ],
    'several lines, each for itself': [
      empty('selector/exactly-one we mean all', 'server/port why not', 'x y', 'z'),
      `warn ${at}: malformed`,
      accepted,
      `warn ${at}: unused`,
      `warn ${at}: unknown`,
    ],
    'an edit of the annotation alone, as far as it can be judged': [
      {
        ...empty('selector/exactly-one we mean all', 'server/port why not', 'x y'),
        before: '{kind: Server, spec: {podSelector: {}, port: 80}}',
      },
      `warn ${at}: unknown`,
    ],
  },
  reads: [
    [
      fine('server/overlap'),
      'metadata.annotations["gatehouse.dev/accept"] [accept/annotation]: the acceptance "server/overlap" has no reason\n' +
        '  write one `code [until YYYY-MM-DD] reason` a line',
    ],
    [
      fine('server/overlap until May we migrate'),
      'metadata.annotations["gatehouse.dev/accept"] [accept/annotation]: the acceptance "server/overlap until May we migrate" has no date after `until`\n' +
        '  write one `code [until YYYY-MM-DD] reason` a line',
    ],
    [
      fine('server/overlap until 2026-11-21 we migrate'),
      'metadata.annotations["gatehouse.dev/accept"] [accept/annotation]: the acceptance of "server/overlap" ended on 2026-11-21\n' +
        '  put the object right, or set a later date',
    ],
    [
      fine('server/overlapp we migrate'),
      'metadata.annotations["gatehouse.dev/accept"] [accept/annotation]: the acceptance names "server/overlapp", which is no rule\n' +
        '  did you mean `server/overlap`?',
    ],
    [
      fine('everything we migrate'),
      'metadata.annotations["gatehouse.dev/accept"] [accept/annotation]: the acceptance names "everything", which is no rule\n' +
        '  take the code from the message of the rule',
    ],
    [
      {
        ...accepting('{podSelector: {matchLabels: {}}, port: HTTP}', 'server/port we like it'),
        beside: [serverPort],
      },
      'spec.port [server/port]: "HTTP" is no valid container port name, so this Server could never select a port\n' +
        '  a port name has 1 to 15 lower-case letters, digits and single dashes, and at least one letter\n' +
        'metadata.annotations["gatehouse.dev/accept"] [accept/annotation]: server/port cannot be accepted here\n' +
        '  the configuration lets this namespace accept server/overlap or selector/exactly-one',
    ],
    [
      {
        ...accepting('{podSelector: {matchLabels: {}}, port: HTTP}', 'server/port we like it'),
        settings: { accept: [], rules: new Map([['server/port', 'info']]) },
      },
      'metadata.annotations["gatehouse.dev/accept"] [accept/annotation]: server/port cannot be accepted here\n' +
        '  the configuration lets this namespace accept nothing\n' +
        'spec.port [server/port]: "HTTP" is no valid container port name, so this Server could never select a port\n' +
        '  a port name has 1 to 15 lower-case letters, digits and single dashes, and at least one letter',
    ],
    [
      {
        object:
          '{kind: MeshTLSAuthentication, metadata: {annotations: {gatehouse.dev/accept: identity/syntax we like it}}, spec: {identities: [A]}}',
        beside: [identitySyntax],
        settings: { rules: new Map([['identity/syntax', 'info']]) },
      },
      'metadata.annotations["gatehouse.dev/accept"] [accept/annotation]: identity/syntax cannot be accepted: Linkerd’s own controller refuses this object too\n' +
        '  put the object right\n' +
        'spec.identities[0] [identity/syntax]: "A" is neither a DNS-like identity nor a SPIFFE id, so no client can have it\n' +
        '  write lower-case labels joined by dots, with `*` at most as the whole first one, or `spiffe://trust-domain/path`',
    ],
    [
      fine('selector/exactly-one we mean all'),
      'metadata.annotations["gatehouse.dev/accept"] [accept/annotation]: the acceptance of selector/exactly-one is not needed: the rule has nothing to say about this object\n' +
        '  remove the line, so that it hides nothing later',
    ],
  ],
});
