import { andList, backticks } from '../../model/text.js';
import { defineRule, gatehouse, linkerd } from '../rule.js';
import { isFaulty } from '../shapes.js';

/** SAZ-2, and exactly one way to say which mesh clients may call. */
export const serverAuthorizationMeshTLS = defineRule({
  code: 'server-authorization/mesh-tls',
  summary:
    'not exactly one of `unauthenticatedTLS: true`, `identities`, `serviceAccounts` in `meshTLS`; an empty list',
  severity: 'deny',
  kinds: ['policy.linkerd.io/ServerAuthorization'],
  sources: ['SAZ-2'],
  messages: {
    contradiction: linkerd(({ names }: { names: readonly string[] }) => ({
      message: `\`unauthenticatedTLS: true\` admits any mesh TLS client, so ${andList(names.map(backticks))} beside it can mean nothing`,
      brief: `${andList(names.map(backticks))} beside \`unauthenticatedTLS: true\``,
      hint: 'keep one of them',
    })),
    several: gatehouse(({ names }: { names: readonly string[] }) => ({
      message: `\`meshTLS\` takes one of \`unauthenticatedTLS\`, \`identities\` and \`serviceAccounts\`; this one has ${andList(names.map(backticks))}`,
      brief: 'more than one kind of client',
      hint: 'keep one of them; write a second ServerAuthorization for the other',
    })),
    none: gatehouse(() => ({
      message: '`meshTLS` names no client, so Linkerd ignores this ServerAuthorization',
      brief: '`meshTLS` names no client, and Linkerd ignores it',
      hint: 'add `serviceAccounts`, `identities`, or `unauthenticatedTLS: true`',
    })),
    empty: gatehouse(({ name }: { name: string }) => ({
      message: `\`${name}\` is empty, so it names no client`,
      hint: `name a client, or leave \`${name}\` out`,
    })),
  },
  check({ subject }, report) {
    const meshTLS = subject.spec.client?.meshTLS;
    if (meshTLS === undefined || meshTLS === null) return;
    const path = ['spec', 'client', 'meshTLS'];
    const lists = [
      { name: 'identities', list: meshTLS.identities },
      { name: 'serviceAccounts', list: meshTLS.serviceAccounts },
    ].flatMap(({ name, list }) =>
      list === undefined || list === null ? [] : [{ name, length: list.length }],
    );
    const any = meshTLS.unauthenticatedTLS === true;
    const filled = lists.filter(({ length }) => length > 0).map(({ name }) => name);
    for (const { name, length } of lists) if (length === 0) report('empty', [...path, name], { name });
    if (any && filled.length > 0) report('contradiction', path, { names: filled });
    else if (filled.length > 1) report('several', path, { names: filled });
    if (!any && lists.length === 0 && !isFaulty(subject, path)) report('none', path, {});
  },
});
