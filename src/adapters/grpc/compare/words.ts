/** What a difference means, for a person who knows Linkerd but not the message. */

export type DifferenceKind = 'changed' | 'only-ours' | 'only-theirs' | 'order';

interface Said {
  readonly kind: DifferenceKind;
  readonly path: string;
}

/** By what the path ends in; the first that fits. `%` stands for the name in brackets. */
const SUBJECTS: readonly (readonly [RegExp, string])[] = [
  [/^$/, 'the workload'],
  [/^protocol$/, 'the protocol of the port'],
  [/authorizations\[([^\]]*)\]$/, 'the authorization %'],
  [/[rR]outes\[([^\]]*)\]$/, 'the route %'],
  [/[rR]outes$/, 'the routes'],
  [/rules\[(\d+)\]$/, 'the rule with the index %'],
  [/matches\[(\d+)\](?:\.|$)/, 'what a request must look like'],
  [/filters\[(\d+)\](?:\.|$)/, 'what is done to a request'],
  [/hosts\[(\d+)\](?:\.|$)/, 'the hosts of a route'],
  [/[rR]ateLimit(?:\.|$)/, 'the rate limit'],
  [/\.networks$/, 'where clients may call from'],
  [/\.(?:identities|suffixes)$/, 'the identities that are let in'],
  [/\.authentication(?:\.|$)/, 'how clients must authenticate'],
  [/^labels$/, 'the Server or default that the port falls to'],
  [/\.timeout$/, 'how long the protocol is looked for'],
  [/metadata(?:\.|$)/, 'what it is called in logs and metrics'],
];

export function wordsOf({ kind, path }: Said): string {
  const subject = subjectOf(path);
  switch (kind) {
    case 'changed':
      return `${subject} differs`;
    case 'only-ours':
      return `${subject}: the controller does not have this`;
    case 'only-theirs':
      return `${subject}: only the controller has this`;
    case 'order':
      return `${subject} come in another order`;
  }
}

function subjectOf(path: string): string {
  for (const [pattern, words] of SUBJECTS) {
    const found = pattern.exec(path);
    if (found !== null) return words.replace('%', () => found[1] ?? '');
  }
  return path;
}
