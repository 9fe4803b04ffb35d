/** Prints our own objects as YAML, the same text for the same objects. */
import { stringify } from 'yaml';
import {
  definitionOf,
  POLICY_KINDS,
  toCrd,
  type CrdOptions,
  type KindDefinition,
} from '../../schema/index.js';

const HEADER = `CustomResourceDefinitions of policy.linkerd.io, printed by \`gatehouse crds\` from Gatehouse's own schemas.

They are for API servers without Linkerd: CI, tests, trying Gatehouse out. Linkerd's chart linkerd-crds brings
CustomResourceDefinitions of the same names; where they are, or will be, leave these out.
`;

const LENIENT = `They accept all that Linkerd's own accept, keep the same fields and fill in the same defaults. They refuse
nothing but values of the wrong JSON type, so that all else is refused by Gatehouse's webhook, in its own words.
Where no webhook runs, \`gatehouse crds --strict\` refuses more.`;

const STRICT = `They refuse what OpenAPI and CEL can refuse: of a spec all that Linkerd's own refuse, and most of what
Gatehouse's webhook would. What takes more than one object, a setting or an annotation to judge, they cannot.`;

/** Objects as YAML documents, in their order, after a comment. */
export function printYaml(objects: readonly object[], header: string): string {
  const comment = header
    .split('\n')
    .map((line) => (line === '' ? '#\n' : `# ${line}\n`))
    .join('');
  return `${comment}---\n${toYaml(objects)}`;
}

/** Objects as YAML documents, in their order. */
export function toYaml(objects: readonly object[]): string {
  // kubectl reads YAML 1.1, to which `on` and `y` are booleans: 1.1 tells what to quote.
  const documents = objects.map((object) =>
    stringify(object, { aliasDuplicateObjects: false, lineWidth: 0, version: '1.1' }),
  );
  return documents.join('---\n');
}

/** The CRDs of `definitions`, in their order. */
export const printCrds = (
  definitions: readonly KindDefinition[],
  { strict = false }: CrdOptions = {},
): string =>
  printYaml(
    definitions.map((definition) => toCrd(definition, { strict })),
    `${HEADER}\n${strict ? STRICT : LENIENT}`,
  );

/** What `gatehouse crds` prints: all kinds of policy.linkerd.io. */
export const crdsYaml = (options: { readonly strict: boolean }): string =>
  printCrds(POLICY_KINDS.map(definitionOf), options);

/** The files of deploy/crds: one a kind. */
export const crdFiles = (): { readonly name: string; readonly text: string }[] =>
  POLICY_KINDS.map(definitionOf).map((definition) => ({
    name: `${definition.group}_${definition.plural}.yaml`,
    text: printCrds([definition]),
  }));
