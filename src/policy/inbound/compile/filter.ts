/**
 * What is done to authorized requests (A12). A filter becomes a list of what the proxy is told: response header
 * modifiers are checked and then left out, for inbound policy has no word for them (known-gaps G-8). Undefined is a
 * filter that makes the index ignore the whole route.
 */
import { isHeaderName, isHeaderValue } from '../../../model/http-header.js';
import { isAbsolutePath, isStatusCode } from '../../../model/http-value.js';
import type { HubSpecs } from '../../../schema/index.js';
import { isPort } from '../../objects/read.js';
import type { Header, HeaderModifierFilter, RedirectFilter, RouteFilter } from '../port-policy.js';
import { convertAll } from './convert-all.js';

type PolicyFilter = NonNullable<
  NonNullable<HubSpecs['policy.linkerd.io/HTTPRoute']['rules']>[number]['filters']
>[number];
type SpecModifier = NonNullable<PolicyFilter['requestHeaderModifier']>;
type SpecRedirect = NonNullable<PolicyFilter['requestRedirect']>;

/** The members of a filter that inbound policy can read. */
interface Members {
  readonly requestHeaderModifier?: SpecModifier | null | undefined;
  readonly responseHeaderModifier?: SpecModifier | null | undefined;
  readonly requestRedirect?: SpecRedirect | null | undefined;
}
export interface TypedFilter extends Members {
  readonly type: string;
}

/** A filter of Linkerd's own HTTPRoute: its type says which member it is. */
export function policyFilter(filter: TypedFilter): readonly RouteFilter[] | undefined {
  const { requestHeaderModifier, responseHeaderModifier, requestRedirect } = filter;
  switch (filter.type) {
    case 'RequestHeaderModifier':
      return firstMember({ requestHeaderModifier });
    case 'ResponseHeaderModifier':
      return firstMember({ responseHeaderModifier });
    case 'RequestRedirect':
      return firstMember({ requestRedirect });
    default:
      return undefined;
  }
}

/** A filter of a Gateway API HTTPRoute: the first of these members that it has, whatever its type. */
export const gatewayHttpFilter = (filter: TypedFilter): readonly RouteFilter[] | undefined =>
  firstMember(filter);

/** As `gatewayHttpFilter`; a GRPCRoute knows no redirects. */
export const gatewayGrpcFilter = ({
  requestHeaderModifier,
  responseHeaderModifier,
}: TypedFilter): readonly RouteFilter[] | undefined =>
  firstMember({ requestHeaderModifier, responseHeaderModifier });

function firstMember(filter: Members): readonly RouteFilter[] | undefined {
  const { requestHeaderModifier: request, responseHeaderModifier: response, requestRedirect } = filter;
  if (request !== undefined && request !== null) return asList(headerModifier(request));
  if (response !== undefined && response !== null)
    return headerModifier(response) === undefined ? undefined : [];
  if (requestRedirect !== undefined && requestRedirect !== null) return asList(redirect(requestRedirect));
  return undefined;
}

const asList = (filter: RouteFilter | undefined): readonly RouteFilter[] | undefined =>
  filter === undefined ? undefined : [filter];

/** HR-6; names are told in lower case. */
function headerModifier(modifier: SpecModifier): HeaderModifierFilter | undefined {
  const add = convertAll(modifier.add, header);
  const set = convertAll(modifier.set, header);
  const remove = convertAll(modifier.remove, (name) => (isHeaderName(name) ? name.toLowerCase() : undefined));
  if (add === undefined || set === undefined || remove === undefined) return undefined;
  return { kind: 'requestHeaderModifier', add, set, remove };
}

const header = ({ name, value }: Header): Header | undefined =>
  isHeaderName(name) && isHeaderValue(value) ? { name: name.toLowerCase(), value } : undefined;

/** HR-7, HR-8. A port that is none is left out (known-gaps G-19), and so is an empty host. */
function redirect({ scheme, hostname, path, port, statusCode }: SpecRedirect): RedirectFilter | undefined {
  const newPath = path === undefined || path === null ? 'kept' : redirectPath(path);
  const status = statusCode ?? undefined;
  if (newPath === undefined || (status !== undefined && !isStatusCode(status))) return undefined;
  return {
    kind: 'redirect',
    scheme: scheme ?? undefined,
    host: hostname === '' ? undefined : (hostname ?? undefined),
    path: newPath === 'kept' ? undefined : newPath,
    port: isPort(port) ? port : undefined,
    status,
  };
}

/** The full path if there is one, else the prefix, whatever the type. */
function redirectPath(path: NonNullable<SpecRedirect['path']>): RedirectFilter['path'] {
  const full = path.replaceFullPath ?? undefined;
  const value = full ?? path.replacePrefixMatch ?? undefined;
  if (value === undefined || !isAbsolutePath(value)) return undefined;
  return { kind: full === undefined ? 'prefix' : 'full', value };
}
