import { isAbsolutePath } from '../../model/http-value.js';
import { quote } from '../../model/text.js';
import { HTTP_ROUTE_KINDS } from '../../schema/index.js';
import { defineRule, linkerd } from '../rule.js';
import { isFaulty, routeMatches } from '../shapes.js';

/** HR-3, GH-3: exact and prefix paths begin with a slash. */
export const routePath = defineRule({
  code: 'route/path',
  summary: 'an exact or prefix path that does not begin with `/`',
  severity: 'deny',
  kinds: HTTP_ROUTE_KINDS,
  sources: ['HR-3', 'GH-3'],
  messages: {
    relative: linkerd(({ value, better }: { value: string; better: string }) => ({
      message: `the path ${value} does not begin with \`/\`, so no request can match it`,
      hint: `write ${better}`,
    })),
  },
  check({ subject }, report) {
    for (const { path, value } of routeMatches(subject)) {
      const match = value.path;
      if (match?.type === 'RegularExpression' || typeof match?.value !== 'string') continue;
      if (isAbsolutePath(match.value) || isFaulty(subject, [...path, 'path', 'type'])) continue;
      report('relative', [...path, 'path', 'value'], {
        value: quote(match.value),
        better: quote(`/${match.value}`),
      });
    }
  },
});
