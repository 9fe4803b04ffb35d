import { isHeaderName, isHeaderValue } from '../../model/http-header.js';
import { isAbsolutePath, isStatusCode } from '../../model/http-value.js';
import type { JsonPath } from '../../model/json.js';
import { quote } from '../../model/text.js';
import { L7_ROUTE_KINDS } from '../../schema/index.js';
import { defineRule, linkerd } from '../rule.js';
import {
  isFaulty,
  items,
  routeFilters,
  type HeaderModifier,
  type Part,
  type RouteFilter,
} from '../shapes.js';
import { nameWording, valueWording } from './header.js';

const REDIRECT_PATHS = ['replaceFullPath', 'replacePrefixMatch'];

const MODIFIERS = [
  { type: 'RequestHeaderModifier', name: 'requestHeaderModifier' },
  { type: 'ResponseHeaderModifier', name: 'responseHeaderModifier' },
] as const;

/**
 * HR-6 to HR-8, GH-6, GH-7, GG-5: header modifiers and redirects. A policy.linkerd.io filter is read by its
 * type; of a Gateway API filter every member is read, whatever the type says.
 */
export const routeFilter = defineRule({
  code: 'route/filter',
  summary: 'a header modifier or redirect that the proxy cannot apply',
  severity: 'deny',
  kinds: L7_ROUTE_KINDS,
  sources: ['HR-6', 'HR-7', 'HR-8', 'GH-6', 'GH-7', 'GG-5', 'HDRNAME', 'HDRVAL'],
  messages: {
    name: linkerd(nameWording),
    value: linkerd(valueWording),
    redirectPath: linkerd(({ value, better }: { value: string; better: string }) => ({
      message: `the redirect path ${value} does not begin with \`/\``,
      hint: `write ${better}`,
    })),
    redirectEmpty: linkerd(() => ({
      message: 'the redirect’s path has neither `replaceFullPath` nor `replacePrefixMatch`',
      hint: 'add the one that `type` names, or leave `path` out to keep the path',
    })),
    status: linkerd(({ value }: { value: number }) => ({
      message: `${String(value)} is no HTTP status code`,
      hint: 'write 301 or 302',
    })),
  },
  check({ subject }, report) {
    const byType = subject.kind === 'policy.linkerd.io/HTTPRoute';
    for (const filter of routeFilters(subject)) {
      for (const modifier of modifiers(filter, byType)) {
        for (const { path, value } of headers(modifier)) {
          if (typeof value.name === 'string' && !isHeaderName(value.name)) {
            report('name', [...path, ...(value.inObject ? ['name'] : [])], { value: quote(value.name) });
          }
          if (typeof value.value === 'string' && !isHeaderValue(value.value)) {
            report('value', [...path, 'value'], { value: quote(value.value) });
          }
        }
      }
      const redirect = filter.value.requestRedirect;
      // A GRPCRoute has no redirects; what stands there is not read.
      if (
        redirect === undefined ||
        redirect === null ||
        subject.kind === 'gateway.networking.k8s.io/GRPCRoute'
      )
        continue;
      if (byType && filter.value.type !== 'RequestRedirect') continue;
      const at: JsonPath = [...filter.path, 'requestRedirect'];
      if (redirect.path !== undefined && redirect.path !== null) {
        const member =
          typeof redirect.path.replaceFullPath === 'string' ? 'replaceFullPath' : 'replacePrefixMatch';
        const value = redirect.path[member];
        if (typeof value !== 'string') {
          const faulty = REDIRECT_PATHS.some((name) => isFaulty(subject, [...at, 'path', name]));
          if (!faulty) report('redirectEmpty', [...at, 'path'], {});
        } else if (!isAbsolutePath(value)) {
          report('redirectPath', [...at, 'path', member], {
            value: quote(value),
            better: quote(`/${value}`),
          });
        }
      }
      const status = redirect.statusCode;
      if (typeof status === 'number' && !isStatusCode(status)) {
        report('status', [...at, 'statusCode'], { value: status });
      }
    }
  },
});

/** The header modifiers of a filter that the proxy would read. */
function modifiers({ path, value }: Part<RouteFilter>, byType: boolean): Part<HeaderModifier>[] {
  return MODIFIERS.flatMap(({ type, name }) => {
    const modifier = value[name];
    if (modifier === undefined || modifier === null || (byType && value.type !== type)) return [];
    return [{ path: [...path, name], value: modifier }];
  });
}

interface HeaderEdit {
  readonly name?: string | null | undefined;
  readonly value?: string | null | undefined;
  readonly inObject: boolean;
}

function headers({ path, value }: Part<HeaderModifier>): Part<HeaderEdit>[] {
  const edits = (['set', 'add'] as const).flatMap((name) => items(value[name], [...path, name]));
  return [
    ...edits.map((edit) => ({ path: edit.path, value: { ...edit.value, inObject: true } })),
    ...items(value.remove, [...path, 'remove']).map((item) => ({
      path: item.path,
      value: { name: item.value, inObject: false },
    })),
  ];
}
