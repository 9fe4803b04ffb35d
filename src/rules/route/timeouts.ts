import { parseRouteDuration } from '../../model/duration.js';
import { quote } from '../../model/text.js';
import { defineRule, linkerd } from '../rule.js';
import { routeRules } from '../shapes.js';

/** HR-9, HR-10: timeouts parse, are not negative, and the backend's is not the longer one. */
export const routeTimeouts = defineRule({
  code: 'route/timeouts',
  summary: 'a timeout that does not parse, is negative, or exceeds the request’s',
  severity: 'deny',
  kinds: ['policy.linkerd.io/HTTPRoute'],
  sources: ['HR-9', 'HR-10', 'DUR'],
  messages: {
    syntax: linkerd(({ value }: { value: string }) => ({
      message: `${value} is no duration`,
      hint: 'write numbers with units, e.g. 10s, 500ms or 1m30s',
    })),
    negative: linkerd(({ value }: { value: string }) => ({
      message: `the timeout ${value} is negative`,
      hint: 'write a positive duration, or leave the timeout out for none',
    })),
    backendLonger: linkerd(({ backend, request }: { backend: string; request: string }) => ({
      message: `the backend request may take ${backend}, longer than the whole request with ${request}`,
      hint: 'make `backendRequest` at most as long as `request`',
    })),
  },
  check({ subject }, report) {
    for (const rule of routeRules(subject)) {
      const durations = (['request', 'backendRequest'] as const).map((name) => {
        const text = rule.value.timeouts?.[name];
        if (typeof text !== 'string') return undefined;
        const path = [...rule.path, 'timeouts', name];
        const duration = parseRouteDuration(text);
        if (duration === undefined) report('syntax', path, { value: quote(text) });
        else if (duration.negative) report('negative', path, { value: quote(text) });
        else return { text, nanoseconds: duration.nanoseconds };
        return undefined;
      });
      const [request, backend] = durations;
      if (request !== undefined && backend !== undefined && backend.nanoseconds > request.nanoseconds) {
        report('backendLonger', [...rule.path, 'timeouts', 'backendRequest'], {
          backend: quote(backend.text),
          request: quote(request.text),
        });
      }
    }
  },
});
