/** Objects for tests, with sensible defaults. */
import type { JsonObject } from '../src/model/json.js';
import { DEFAULT_CLUSTER_SETTINGS, type World } from '../src/model/world.js';
import { compileRustPattern } from '../src/adapters/regex/rust-regex.js';
import { EMPTY_VIEW } from '../src/policy/view.js';
import type { Judging } from '../src/rules/run.js';
import { DEFAULT_RULE_SETTINGS } from '../src/rules/settings.js';

export const mkWorld = (over: Partial<World> = {}): World => ({
  settings: DEFAULT_CLUSTER_SETTINGS,
  semantics: { name: 'test', compilePattern: compileRustPattern },
  routeStatus: 'predicted',
  selectors: 'exactly-one',
  today: '2026-11-22',
  ...over,
});

export const mkJudging = (over: Partial<Judging> = {}): Judging => ({
  world: mkWorld(),
  settings: DEFAULT_RULE_SETTINGS,
  before: EMPTY_VIEW,
  after: EMPTY_VIEW,
  lint: false,
  ...over,
});

/** A Server of the namespace `app`; `spec` replaces the default members. */
export const mkServer = (spec: JsonObject = {}, metadata: JsonObject = {}): JsonObject => ({
  apiVersion: 'policy.linkerd.io/v1beta3',
  kind: 'Server',
  metadata: { name: 'web', namespace: 'app', ...metadata },
  spec: { podSelector: { matchLabels: { app: 'web' } }, port: 'http', ...spec },
});

/** An AdmissionReview for `object`; the kind is taken from it. */
export function mkReview(object: JsonObject, request: JsonObject = {}): JsonObject {
  const [group = '', version = ''] = (object['apiVersion'] as string).split('/');
  const metadata = object['metadata'] as JsonObject;
  return {
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    request: {
      uid: 'c5a9ff0c-0000-4000-8000-000000000001',
      kind: { group, version, kind: object['kind'] },
      resource: { group, version, resource: `${(object['kind'] as string).toLowerCase()}s` },
      name: metadata['name'],
      namespace: metadata['namespace'],
      operation: 'CREATE',
      userInfo: { username: 'admin' },
      object,
      oldObject: null,
      dryRun: false,
      ...request,
    },
  };
}
