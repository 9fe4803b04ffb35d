/** What other layers use of the schemas. */
export {
  definitionOf,
  externalWorkload,
  GATEWAY_GROUP,
  hubVersion,
  KIND_IDS,
  kindOf,
  POLICY_GROUP,
  POLICY_KINDS,
  versionOf,
  WORKLOAD_GROUP,
  type ExternalWorkloadSpec,
  type HubSpecs,
  type KindId,
} from './registry.js';
export {
  HTTP_ROUTE_KINDS,
  L7_ROUTE_KINDS,
  ROUTE_KINDS,
  type HttpRouteKind,
  type L7RouteKind,
  type RouteKind,
} from './route-kinds.js';
export { fieldsOf, type FieldShape } from './fields.js';
export { toSubject, type Loose, type Subject, type SubjectName, type SubjectOf } from './subject.js';
export { validate, type SchemaProblem } from './validate.js';
export type { KindDefinition, VersionDefinition } from './kinds/kind.js';
export { toCrd, type CustomResourceDefinition } from './crd.js';
export { applyDefaults, prune, readAs } from './defaults.js';
export { structuralOf, type CrdOptions, type StructuralSchema } from './structural.js';
