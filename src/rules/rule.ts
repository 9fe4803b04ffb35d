/**
 * What a rule is: a pure function of a change (architecture, 2). It cannot log, wait or fetch; it knows neither
 * severities nor time budgets, and reports data whose wording it declares beside its logic.
 */
import type { Origin, Params, Severity } from '../model/finding.js';
import type { JsonPath } from '../model/json.js';
import type { ObjectRef } from '../model/object-ref.js';
import type { World } from '../model/world.js';
import type { StoredKind } from '../policy/objects/kinds.js';
import type { View } from '../policy/view.js';
import type { KindId, SubjectOf } from '../schema/index.js';

export type Operation = 'CREATE' | 'UPDATE' | 'DELETE';

export interface Change<K extends KindId = KindId> {
  readonly operation: Operation;
  /** The object as it is stored now; absent on CREATE. */
  readonly before?: SubjectOf<K>;
  /** The object as it would be stored; absent on DELETE. */
  readonly after?: SubjectOf<K>;
}

/** What a rule looks at: the object alone, the object before and after, or the objects around it too. */
export type Scope = 'object' | 'change' | 'cluster';

/** What a rule reads of an object; an edit elsewhere does not wake it. */
export interface Reads {
  readonly spec?: true;
  readonly labels?: true;
  /** Whether the rule reads the annotation `key`. */
  readonly annotation?: (key: string) => boolean;
}

export interface RuleContext<K extends KindId> {
  readonly change: Change<K>;
  /** The object that is judged: `change.after`. */
  readonly subject: SubjectOf<K>;
  readonly before: View;
  readonly after: View;
  readonly world: World;
}

export interface Wording {
  /** Lower case, no full stop, no line break; says what is wrong, quoting the value. */
  readonly message: string;
  /** The same in few words, for a warning that would not have room for the message; default: the message. */
  readonly brief?: string;
  /** Says what to write instead. */
  readonly hint?: string | undefined;
}

/** One thing that a rule can say: whose rule it is, and the text made from its params. */
export interface Message<P extends Params = Params> {
  readonly origin: Origin;
  /** Where it is not the rule's own. */
  readonly severity?: Severity;
  readonly render: (params: P) => Wording;
}

export type NoParams = Readonly<Record<string, never>>;

/** A message of Linkerd's own rule: its controller refuses this too. It can never be accepted in an object. */
export function linkerd(render: () => Wording): Message<NoParams>;
export function linkerd<P extends Params>(render: (params: P) => Wording): Message<P>;
export function linkerd<P extends Params>(render: (params: P) => Wording): Message<P> {
  return { origin: 'linkerd', render };
}

/** A message of Gatehouse's own rule. */
export function gatehouse(render: () => Wording, severity?: Severity): Message<NoParams>;
export function gatehouse<P extends Params>(render: (params: P) => Wording, severity?: Severity): Message<P>;
export function gatehouse<P extends Params>(render: (params: P) => Wording, severity?: Severity): Message<P> {
  return { origin: 'gatehouse', render, ...(severity === undefined ? {} : { severity }) };
}

export type Messages = Readonly<Record<string, Message<never>>>;
type ParamsOf<M> = M extends Message<infer P> ? P : never;

/** Reports one finding; `path` begins at the object (`spec`, `metadata`). */
export type Reporter<M extends Messages> = <I extends keyof M & string>(
  messageId: I,
  path: JsonPath,
  params: ParamsOf<M[I]>,
  related?: readonly ObjectRef[],
) => void;

interface RuleDefinition<K extends KindId, M extends Messages> {
  /** `family/name`: also the name of its file, test and page. */
  readonly code: string;
  /** One line of the catalogue: what is refused or warned of. */
  readonly summary: string;
  readonly severity: Severity;
  /** Default `object`. */
  readonly scope?: Scope;
  /** Default: the spec. */
  readonly reads?: Reads;
  /** The kinds of the other objects that it looks at; a rule of scope `cluster` has some. */
  readonly looksAt?: readonly StoredKind[];
  readonly kinds: readonly K[];
  /** The numbered rules of the reference that this one is, e.g. `SRV-4`. */
  readonly sources?: readonly string[];
  /** Whether it runs in `lint` only. */
  readonly lintOnly?: true;
  readonly messages: M;
  readonly check: (context: RuleContext<K>, report: Reporter<M>) => void;
}

/** A rule with its types forgotten, as the catalogue and the runner hold it. */
export interface Rule {
  readonly code: string;
  readonly summary: string;
  readonly severity: Severity;
  readonly scope: Scope;
  readonly reads: Reads;
  readonly looksAt: readonly StoredKind[];
  readonly kinds: readonly KindId[];
  readonly sources: readonly string[];
  readonly lintOnly: boolean;
  readonly messages: Readonly<Record<string, Message>>;
  readonly check: (
    context: RuleContext<KindId>,
    report: (id: string, path: JsonPath, params: Params, related?: readonly ObjectRef[]) => void,
  ) => void;
}

/** Checks a rule's types and fills in the defaults. */
export function defineRule<const K extends KindId, M extends Messages>(
  definition: RuleDefinition<K, M>,
): Rule {
  const rule = {
    scope: 'object',
    reads: { spec: true },
    looksAt: [],
    sources: [],
    lintOnly: false,
    ...definition,
  };
  // The runner calls a rule only with its own kinds and message ids, which is what the narrower types say.
  return Object.freeze(rule as unknown as Rule);
}
