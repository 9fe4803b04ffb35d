/** Members that the route kinds share (resources.md: policy HTTPRoute and Gateway API routes). */
import Type, { type Static } from 'typebox';
import {
  celTarget,
  defaulted,
  hinted,
  integer,
  list,
  object,
  optional,
  PATTERNS,
  required,
  string,
  unread,
  word,
  type Doc,
  type StrictHints,
} from '../shapes.js';

/** Port numbers: any 32-bit number fits Linkerd's model (PARSE-4), newer CRDs ask for more. */
const portRange = { minimum: 1, maximum: 65_535 } satisfies StrictHints;
const port = (doc: Doc = { crd: { strict: portRange } }) =>
  optional(integer(32), { description: 'A port number.', ...doc });

const groupName = { maxLength: 253, pattern: PATTERNS.group } satisfies StrictHints;
const kindName = { minLength: 1, maxLength: 63, pattern: PATTERNS.kind } satisfies StrictHints;
const objectName = { minLength: 1, maxLength: 253 } satisfies StrictHints;
const namespaceName = { minLength: 1, maxLength: 63, pattern: PATTERNS.label } satisfies StrictHints;

const egressPort = {
  rule: `${celTarget('self')} != 'policy.linkerd.io/egressnetwork' || has(self.port)`,
  message: 'an EgressNetwork as parent needs a port',
};

/** The Server, Service, EgressNetwork or Gateway that a route hangs on. */
export const parentRef = (defaultGroup: string, portDoc?: Doc) =>
  hinted(
    object({
      group: optional(string(), {
        description: 'The API group of the parent.',
        crd: { default: defaultGroup, strict: groupName },
      }),
      kind: optional(string(), {
        description: 'The kind of the parent: Server for inbound policy.',
        crd: { default: 'Gateway', strict: kindName },
      }),
      namespace: optional(string(), {
        description: 'The namespace of the parent; the route’s own unless set.',
        crd: { strict: namespaceName },
      }),
      name: required(string(), { description: 'The name of the parent.', crd: { strict: objectName } }),
      sectionName: optional(string(), {
        description: 'A section of the parent.',
        crd: { strict: { ...objectName, pattern: PATTERNS.subdomain } },
      }),
      port: port(portDoc),
    }),
    { rules: [egressPort] },
  );

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

const headerName = { minLength: 1, maxLength: 256, pattern: PATTERNS.headerName } satisfies StrictHints;
const headerValue = { pattern: PATTERNS.headerValue } satisfies StrictHints;
const parameterName = { minLength: 1, maxLength: 256 } satisfies StrictHints;

const valueMatch = (name: StrictHints, maxLength: number) =>
  object({
    type: optional(word(VALUE_MATCH_TYPES), {
      description: 'How the value is compared: Exact or RegularExpression.',
      crd: { default: 'Exact' },
    }),
    name: required(string(), { description: 'The name.', crd: { strict: name } }),
    value: required(string(), {
      description: 'The value, or a pattern for it.',
      crd: { strict: { minLength: 1, maxLength } },
    }),
  });

const unique = { crd: { strict: { maxItems: 16, uniqueBy: 'name' } } } satisfies Doc;

/** Headers and what they must be. */
export const headerMatches = () =>
  optional(list(valueMatch(headerName, 4096)), {
    description: 'Headers that a request must have; all of them.',
    ...unique,
  });

export const httpMatch = () =>
  object({
    path: optional(
      object({
        type: optional(word(HTTP_PATH_TYPES), {
          description: 'How the path is compared: Exact, PathPrefix or RegularExpression.',
          crd: { default: 'PathPrefix' },
        }),
        value: optional(string(), {
          description: 'The path, or a pattern for it.',
          crd: { default: '/', strict: { maxLength: 1024 } },
        }),
      }),
      {
        description: 'The path that a request must have.',
        crd: {
          default: pathDefault,
          strict: {
            rules: [
              {
                rule: "self.type == 'RegularExpression' || self.value.startsWith('/')",
                message: 'an Exact or PathPrefix path must begin with `/`',
              },
            ],
          },
        },
      },
    ),
    headers: headerMatches(),
    queryParams: optional(list(valueMatch(parameterName, 1024)), {
      description: 'Query parameters that a request must have; all of them.',
      ...unique,
    }),
    method: optional(word(HTTP_METHODS), { description: 'The method that a request must have.' }),
  });

export const MATCHES_DEFAULT = [{ path: pathDefault }];
export const RULES_DEFAULT = [{ matches: MATCHES_DEFAULT }];

const edits = (description: string, value: StrictHints) =>
  optional(
    list(
      object({
        name: required(string(), { description: 'The name of the header.', crd: { strict: headerName } }),
        value: required(string(), {
          description: 'The value of the header.',
          crd: { strict: { minLength: 1, maxLength: 4096, ...value } },
        }),
      }),
    ),
    { description, ...unique },
  );

/** `judged` where Linkerd reads removed names and values too (HR-6); below a backend it does not. */
export const headerModifier = (judged = false) =>
  object({
    set: edits('Headers to set, in place of any value they have.', judged ? headerValue : {}),
    add: edits('Headers to add to.', judged ? headerValue : {}),
    remove: optional(list(hinted(string(), judged ? { pattern: PATTERNS.headerName } : {})), {
      description: 'Headers to remove.',
      crd: { strict: { maxItems: 16 } },
    }),
  });

const pathModifier = (doc: Doc) =>
  optional(
    object({
      type: required(word(['ReplaceFullPath', 'ReplacePrefixMatch']), {
        description: 'What is replaced: ReplaceFullPath or ReplacePrefixMatch.',
      }),
      replaceFullPath: optional(string(), {
        description: 'The new path.',
        crd: { strict: { maxLength: 1024 } },
      }),
      replacePrefixMatch: optional(string(), {
        description: 'What the matched prefix becomes.',
        crd: { strict: { maxLength: 1024 } },
      }),
    }),
    doc,
  );

export const redirect = (path: StrictHints = {}) =>
  object({
    scheme: optional(word(['http', 'https']), { description: 'The scheme to redirect to: http or https.' }),
    hostname: optional(string(), {
      description: 'The host to redirect to.',
      crd: { strict: { ...objectName, pattern: PATTERNS.subdomain } },
    }),
    path: pathModifier({ description: 'The path to redirect to.', crd: { strict: path } }),
    port: port(),
    statusCode: optional(integer(64), {
      description: 'The status of the answer: 301 or 302.',
      crd: { default: 302, strict: { enum: [301, 302] } },
    }),
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

/** Whether a redirect's path is one: Linkerd refuses it otherwise (HR-7). */
const redirectPath = {
  rule: "has(self.replaceFullPath) ? self.replaceFullPath.startsWith('/') : has(self.replacePrefixMatch) && self.replacePrefixMatch.startsWith('/')",
  message: 'replaceFullPath or replacePrefixMatch must be set and begin with `/`',
};

/**
 * The three filters that policy.linkerd.io routes know; ajv's discriminator picks the branch by type. Linkerd's
 * CRD takes two of them, so that the strict one does too.
 */
export const policyFilter = () =>
  Type.Unsafe<PolicyFilter>({
    type: 'object',
    required: ['type'],
    discriminator: { propertyName: 'type' },
    oneOf: [
      branch('RequestHeaderModifier', 'requestHeaderModifier', headerModifier(true)),
      branch('ResponseHeaderModifier', 'responseHeaderModifier', headerModifier(true)),
      branch('RequestRedirect', 'requestRedirect', redirect({ rules: [redirectPath] })),
    ],
    'x-crd': {
      strict: {
        tags: ['RequestHeaderModifier', 'RequestRedirect'],
        rules: [
          {
            rule: "self.type == 'RequestRedirect' ? has(self.requestRedirect) : has(self.requestHeaderModifier)",
            message: 'the member that `type` names must be set',
          },
        ],
      },
    },
  });

const backendObjectRef = {
  group: optional(string(), {
    description: 'The API group of the backend; empty for a Service.',
    crd: { default: '', strict: groupName },
  }),
  kind: optional(string(), {
    description: 'The kind of the backend.',
    crd: { default: 'Service', strict: kindName },
  }),
  name: required(string(), { description: 'The name of the backend.', crd: { strict: objectName } }),
  namespace: optional(string(), {
    description: 'The namespace of the backend; the route’s own unless set.',
    crd: { strict: namespaceName },
  }),
  port: port(),
};

/** Kept as it is: newer releases of the Gateway API know more members than we do. */
const open: Doc = { crd: { keepUnknown: true } };

/** A Gateway API filter: any of `types`, every member optional and read whatever the type is. */
export const gatewayFilter = (types: readonly string[], strictTypes = types) =>
  object({
    type: required(word(types), {
      description: `Which filter this is: ${types.join(', ')}.`,
      crd: { strict: { enum: strictTypes } },
    }),
    requestHeaderModifier: optional(headerModifier()),
    responseHeaderModifier: optional(headerModifier()),
    requestRedirect: optional(redirect()),
    requestMirror: optional(object({ backendRef: required(object(backendObjectRef)) }), open),
    urlRewrite: optional(object({ hostname: optional(string()), path: pathModifier({}) })),
    extensionRef: optional(
      object({ group: required(string()), kind: required(string()), name: required(string()) }),
    ),
    cors: optional(object({}), open),
    externalAuth: optional(object({}), open),
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
/** What Linkerd's CRD takes below a backend of its own HTTPRoute; its model takes all of the Gateway API's. */
export const POLICY_BACKEND_FILTERS = [
  'RequestHeaderModifier',
  'ResponseHeaderModifier',
  'RequestRedirect',
] as const;

const backendFilters = (types: readonly string[], strictTypes?: readonly string[]) =>
  optional(list(gatewayFilter(types, strictTypes)), {
    description: 'What is done to requests to this backend.',
    crd: { strict: { maxItems: 16 } },
  });

/** A Service or other backend with a weight, as all route kinds spell it. */
export const backendRef = (types: readonly string[], strictTypes?: readonly string[]) =>
  object({
    ...backendObjectRef,
    weight: optional(integer(32), {
      description: 'The share of requests, against the other backends.',
      crd: { default: 1, strict: { minimum: 0, maximum: 1_000_000 } },
    }),
    filters: backendFilters(types, strictTypes),
  });

/** As policy.linkerd.io/v1alpha1 and v1beta1 spell it: no group, kind and weight. */
export const oldBackendRef = () =>
  object({
    // Their CRDs do not ask for the name, Linkerd's model does (resources.md).
    name: optional(string(), { description: 'The name of a Service.', crd: { strict: { required: true } } }),
    namespace: optional(string(), {
      description: 'The namespace of the Service.',
      crd: { default: 'default' },
    }),
    port: port({}),
    filters: backendFilters(GATEWAY_HTTP_FILTERS, POLICY_BACKEND_FILTERS),
  });

const hostname = hinted(string(), { ...objectName, pattern: PATTERNS.hostname });

export const hostnames = () => list(hostname);
export const hostnamesDoc: Doc = {
  description: 'Hosts that requests must be for; `*.` may stand for a first label.',
  crd: { strict: { maxItems: 16 } },
};

const duration = { maxLength: 64, format: 'duration' } satisfies StrictHints;
const notNegative = (name: string) => ({
  rule: `!has(self.${name}) || duration(self.${name}) >= duration('0s')`,
  message: `${name} must not be negative`,
});

export const timeouts = () =>
  object({
    request: optional(string(), { description: 'For the whole request.', crd: { strict: duration } }),
    backendRequest: optional(string(), {
      description: 'For one request to a backend; at most that of the whole.',
      crd: { strict: duration },
    }),
  });
export const timeoutsDoc: Doc = {
  description: 'How long a request may take, as `10s` or `1m30s`.',
  crd: {
    strict: {
      rules: [
        notNegative('request'),
        notNegative('backendRequest'),
        {
          rule: '!has(self.request) || !has(self.backendRequest) || duration(self.backendRequest) <= duration(self.request)',
          message: 'backendRequest can be at most request',
        },
      ],
    },
  },
};

/** Members of the Gateway API that nothing here reads. */
export const sessionPersistence = () =>
  defaulted(unread(), { description: 'How requests of a session are kept together.' });
