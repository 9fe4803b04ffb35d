/**
 * CustomResourceDefinitions from the schemas. The lenient ones accept all that Linkerd's own accept, keep the same
 * members and fill in the same defaults, and leave every judgement to the webhook; what they refuse by themselves
 * is a value of the wrong JSON type. The strict ones add what OpenAPI and CEL can refuse, so that an API server
 * without the webhook refuses it too.
 */
import type { Column, KindDefinition, VersionDefinition } from './kinds/kind.js';
import { structuralOf, type CrdOptions, type StructuralSchema } from './structural.js';

export interface CustomResourceDefinition {
  readonly apiVersion: 'apiextensions.k8s.io/v1';
  readonly kind: 'CustomResourceDefinition';
  readonly metadata: {
    readonly name: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations: Readonly<Record<string, string>>;
  };
  readonly spec: {
    readonly group: string;
    readonly names: {
      readonly kind: string;
      readonly listKind: string;
      readonly plural: string;
      readonly singular: string;
      readonly shortNames?: readonly string[];
      readonly categories?: readonly string[];
    };
    readonly scope: 'Namespaced';
    readonly versions: readonly CrdVersion[];
  };
}

export interface CrdVersion {
  readonly name: string;
  readonly served: true;
  readonly storage: boolean;
  readonly deprecated?: true;
  readonly deprecationWarning?: string;
  readonly additionalPrinterColumns?: readonly Column[];
  readonly subresources?: { readonly status: Readonly<Record<string, never>> };
  readonly schema: { readonly openAPIV3Schema: StructuralSchema };
}

/** Groups below these are the Kubernetes project's: the API server asks who approved such a CRD. */
const PROTECTED = /(^|\.)(k8s|kubernetes)\.io$/;

/** The CRD of a kind, with all served versions. */
export function toCrd(definition: KindDefinition, options: CrdOptions = {}): CustomResourceDefinition {
  const { group, kind, plural, shortNames, categories, versions } = definition;
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: {
      name: `${plural}.${group}`,
      labels: { 'app.kubernetes.io/name': 'gatehouse', 'app.kubernetes.io/component': 'crds' },
      annotations: {
        'gatehouse.dev/crds': options.strict === true ? 'strict' : 'lenient',
        ...(PROTECTED.test(group) ? { 'api-approved.kubernetes.io': 'unapproved, for tests only' } : {}),
      },
    },
    spec: {
      group,
      names: {
        kind,
        listKind: `${kind}List`,
        plural,
        singular: kind.toLowerCase(),
        ...(shortNames === undefined ? {} : { shortNames }),
        ...(categories === undefined ? {} : { categories }),
      },
      scope: 'Namespaced',
      versions: versions.map((version) => toVersion(definition, version, options)),
    },
  };
}

function toVersion(
  { description }: KindDefinition,
  version: VersionDefinition,
  options: CrdOptions,
): CrdVersion {
  const { name, storage, deprecated, columns, status, plainStatus } = version;
  return {
    name,
    served: true,
    storage: storage === true,
    ...(deprecated === undefined ? {} : { deprecated: true, deprecationWarning: deprecated }),
    ...(columns === undefined ? {} : { additionalPrinterColumns: columns }),
    ...(status === undefined || plainStatus === true ? {} : { subresources: { status: {} } }),
    schema: { openAPIV3Schema: { description, ...structuralOf(version, options) } },
  };
}
