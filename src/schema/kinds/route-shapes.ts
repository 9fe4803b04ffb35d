/** Members that the route kinds share (resources.md: policy HTTPRoute and Gateway API routes). */
import Type, { type Static } from 'typebox';
import { integer, list, object, optional, required, string, word, type Doc } from '../shapes.js';

const int32: Doc = { crd: { replace: { type: 'integer', format: 'int32' } } };
const weight: Doc = { crd: { replace: { type: 'integer', format: 'int32', default: 1 } } };

/** The Server, Service, EgressNetwork or Gateway that a route hangs on. */
export const parentRef = (defaultGroup: string) =>
  object({
    group: optional(string(), { crd: { default: defaultGroup } }),
    kind: optional(string(), { crd: { default: 'Gateway' } }),
    namespace: optional(string()),
    name: required(string()),
    sectionName: optional(string()),
    port: optional(integer(32), int32),
  });

export const HTTP_PATH_TYPES = ['Exact', 'PathPrefix', 'RegularExpression'] as const;
export const VALUE_MATCH_TYPES = ['Exact', 'RegularExpression'] as const;
export const HTTP_METHODS = [
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'DELETE',
  'CONNECT',
  'OPTIONS',
  'TRACE',
  'PATCH',
] as const;

const pathDefault = { type: 'PathPrefix', value: '/' };

/** A header or query parameter and what it must be. */
export const valueMatch = () =>
  object({
    type: optional(word(VALUE_MATCH_TYPES), { crd: { default: 'Exact' } }),
    name: required(string()),
    value: required(string()),
  });

export const httpMatch = () =>
  object({
    path: optional(
      object({
        type: optional(word(HTTP_PATH_TYPES), { crd: { default: 'PathPrefix' } }),
        value: optional(string(), { crd: { default: '/' } }),
      }),
      { crd: { default: pathDefault } },
    ),
    headers: optional(list(valueMatch())),
    queryParams: optional(list(valueMatch())),
    method: optional(word(HTTP_METHODS)),
  });

export const MATCHES_DEFAULT = [{ path: pathDefault }];
export const RULES_DEFAULT = [{ matches: MATCHES_DEFAULT }];

export const headerModifier = () =>
  object({
    set: optional(list(object({ name: required(string()), value: required(string()) }))),
    add: optional(list(object({ name: required(string()), value: required(string()) }))),
    remove: optional(list(string())),
  });

export const redirect = () =>
  object({
    scheme: optional(word(['http', 'https'])),
    hostname: optional(string()),
    path: optional(
      object({
        type: required(word(['ReplaceFullPath', 'ReplacePrefixMatch'])),
        replaceFullPath: optional(string()),
        replacePrefixMatch: optional(string()),
      }),
    ),
    port: optional(integer(32), int32),
    statusCode: optional(integer(), { crd: { default: 302 } }),
  });

export type HeaderModifier = Static<ReturnType<typeof headerModifier>>;
export type RequestRedirect = Static<ReturnType<typeof redirect>>;

/** A filter of a policy.linkerd.io HTTPRoute rule: read by its type, whose own member must be there (HR-0). */
export interface PolicyFilter {
  readonly type: string;
  readonly requestHeaderModifier?: HeaderModifier | null;
  readonly responseHeaderModifier?: HeaderModifier | null;
  readonly requestRedirect?: RequestRedirect | null;
}

const branch = (type: string, name: string, schema: Type.TSchema) => ({
  properties: { type: { const: type }, [name]: schema },
  required: [name],
});

/** The three filters that policy.linkerd.io routes know; ajv's discriminator picks the branch by type. */
export const policyFilter = () =>
  Type.Unsafe<PolicyFilter>({
    type: 'object',
    required: ['type'],
    discriminator: { propertyName: 'type' },
    oneOf: [
      branch('RequestHeaderModifier', 'requestHeaderModifier', headerModifier()),
      branch('ResponseHeaderModifier', 'responseHeaderModifier', headerModifier()),
      branch('RequestRedirect', 'requestRedirect', redirect()),
    ],
  });

const anyObject = { crd: { replace: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } } };

const backendObjectRef = {
  group: optional(string(), { crd: { default: '' } }),
  kind: optional(string(), { crd: { default: 'Service' } }),
  name: required(string()),
  namespace: optional(string()),
  port: optional(integer(32), int32),
};

/** A Gateway API filter: any of `types`, every member optional and read whatever the type is. */
export const gatewayFilter = (types: readonly string[]) =>
  object({
    type: required(word(types)),
    requestHeaderModifier: optional(headerModifier()),
    responseHeaderModifier: optional(headerModifier()),
    requestRedirect: optional(redirect()),
    requestMirror: optional(object({ backendRef: required(object(backendObjectRef)) }), anyObject),
    urlRewrite: optional(
      object({
        hostname: optional(string()),
        path: optional(
          object({
            type: required(word(['ReplaceFullPath', 'ReplacePrefixMatch'])),
            replaceFullPath: optional(string()),
            replacePrefixMatch: optional(string()),
          }),
        ),
      }),
    ),
    extensionRef: optional(
      object({ group: required(string()), kind: required(string()), name: required(string()) }),
    ),
    cors: optional(object({}), anyObject),
    externalAuth: optional(object({}), anyObject),
  });

export const GATEWAY_HTTP_FILTERS = [
  'RequestHeaderModifier',
  'ResponseHeaderModifier',
  'RequestMirror',
  'RequestRedirect',
  'URLRewrite',
  'ExtensionRef',
  'CORS',
  'ExternalAuth',
] as const;
export const GATEWAY_GRPC_FILTERS = [
  'RequestHeaderModifier',
  'ResponseHeaderModifier',
  'RequestMirror',
  'ExtensionRef',
] as const;

/** A Service or other backend with a weight, as all route kinds spell it. */
export const backendRef = (filters: readonly string[]) =>
  object({
    ...backendObjectRef,
    weight: optional(integer(32), weight),
    filters: optional(list(gatewayFilter(filters))),
  });

export const hostnames = () => list(string());
export const timeouts = () => object({ request: optional(string()), backendRequest: optional(string()) });
