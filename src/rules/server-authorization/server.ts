import { defineRule, gatehouse } from '../rule.js';
import { isFaulty } from '../shapes.js';

/** SAZ-6: the webhook of Linkerd takes both (the name wins) and neither (every Server). */
export const serverAuthorizationServer = defineRule({
  code: 'server-authorization/server',
  summary: 'not exactly one of `server.name`, `server.selector`',
  severity: 'deny',
  kinds: ['policy.linkerd.io/ServerAuthorization'],
  sources: ['SAZ-6'],
  messages: {
    none: gatehouse(() => ({
      message:
        '`server` needs a `name` or a `selector`; with neither this grants access to every Server of the namespace',
      brief: 'with neither `name` nor `selector` this is for every Server',
      hint: 'write `name: …`, or `selector: {matchLabels: {}}` to mean every Server',
    })),
    both: gatehouse(() => ({
      message:
        '`server` takes a `name` or a `selector`, not both; Linkerd would use the name and ignore the selector',
      brief: '`name` and `selector`: Linkerd would ignore the selector',
      hint: 'keep one of them',
    })),
  },
  check({ subject }, report) {
    const { server } = subject.spec;
    if (server === undefined || server === null) return;
    const name = server.name !== undefined && server.name !== null;
    const selector = server.selector !== undefined && server.selector !== null;
    if (name && selector) report('both', ['spec', 'server'], {});
    if (!name && !selector && !isFaulty(subject, ['spec', 'server'])) report('none', ['spec', 'server'], {});
  },
});
