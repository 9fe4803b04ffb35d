import { serverAuthorizationServer } from '../../../src/rules/server-authorization/server.js';
import { testRule } from '../harness.js';

const server = (text: string): string =>
  `{kind: ServerAuthorization, spec: {server: ${text}, client: {unauthenticated: true}}}`;

testRule(serverAuthorizationServer, {
  accepts: {
    'a name (SAZ-6)': server('{name: web}'),
    'a selector': server('{selector: {matchLabels: {}}}'),
    'an empty selector: selector/exactly-one speaks of it': server('{selector: {}}'),
    'a name beside a null selector': server('{name: web, selector: null}'),
    'no server: schema/type speaks of it': '{kind: ServerAuthorization, spec: {client: {}}}',
    'a null server: schema/type speaks of it': server('null'),
    'a mistyped name: schema/type speaks of it': server('{name: 5}'),
    'a mistyped selector: schema/type speaks of it': server('{selector: []}'),
    'no spec': '{kind: ServerAuthorization}',
  },
  reports: {
    'neither (SAZ-6)': [server('{}'), 'spec.server: none'],
    'two null members': [server('{name: null, selector: null}'), 'spec.server: none'],
    'a misspelt member': [server('{Name: web}'), 'spec.server: none'],
    'both (SAZ-6)': [server('{name: web, selector: {matchLabels: {}}}'), 'spec.server: both'],
    'neither, beside a mistyped client': [
      '{kind: ServerAuthorization, spec: {server: {}, client: {networks: 5}}}',
      'spec.server: none',
    ],
  },
  reads: [
    [
      server('{}'),
      'spec.server [server-authorization/server]: `server` needs a `name` or a `selector`; with neither this grants access to every Server of the namespace\n' +
        '  write `name: …`, or `selector: {matchLabels: {}}` to mean every Server',
    ],
    [
      server('{name: web, selector: {matchLabels: {}}}'),
      'spec.server [server-authorization/server]: `server` takes a `name` or a `selector`, not both; Linkerd would use the name and ignore the selector\n' +
        '  keep one of them',
    ],
  ],
});
