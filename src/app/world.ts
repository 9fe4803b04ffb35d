/** Opens the world that a command judges in: flags over configuration over defaults. */
import { compileRustPattern } from '../adapters/regex/rust-regex.js';
import {
  DEFAULT_CLUSTER_SETTINGS,
  type ClusterSettings,
  type RouteStatus,
  type Semantics,
  type World,
} from '../model/world.js';
import { DEFAULT_RULE_SETTINGS, type NamespaceSettings, type RuleSettings } from '../rules/settings.js';
import { loadConfig } from './config/load.js';
import type { ConfigFile } from './config/schema.js';

/** The one profile of Linkerd's behaviour that we have. */
const SEMANTICS: Semantics = Object.freeze({ name: 'linkerd', compilePattern: compileRustPattern });

/** What the cluster flags give; undefined where a flag was not given. */
export type ClusterFlagValues = { readonly [K in keyof ClusterSettings]: ClusterSettings[K] | undefined };

export interface OpenedWorld {
  /** The world at a moment; `now` gives the calendar day. */
  readonly worldAt: (now: Date) => World;
  readonly settings: RuleSettings;
}

/** Reads the configuration and lays the flags over it. Throws an OperationalError for a bad configuration. */
export async function openWorld(
  values: ClusterFlagValues & {
    readonly config: string | undefined;
    readonly routeStatus?: RouteStatus;
  },
): Promise<OpenedWorld> {
  const config = await loadConfig(values.config);
  const settings = Object.freeze(clusterSettings(values, config));
  const selectors = config.selectors ?? 'exactly-one';
  const { routeStatus = 'predicted' } = values;
  const worldOf = (today: string): World =>
    Object.freeze({ settings, semantics: SEMANTICS, routeStatus, selectors, today });
  return { worldAt: keptForADay(worldOf), settings: ruleSettings(config) };
}

const DAY_MS = 86_400_000;

/** One world a day in UTC: it is asked for with every review, and spelling out the date costs more than the rest. */
function keptForADay(worldOf: (today: string) => World): OpenedWorld['worldAt'] {
  let last: { readonly day: number; readonly world: World } | undefined;
  return (now) => {
    const day = Math.floor(now.getTime() / DAY_MS);
    if (last?.day !== day) last = { day, world: worldOf(now.toISOString().slice(0, 10)) };
    return last.world;
  };
}

function clusterSettings(flags: ClusterFlagValues, { cluster }: ConfigFile): ClusterSettings {
  const base = DEFAULT_CLUSTER_SETTINGS;
  return {
    clusterNetworks: flags.clusterNetworks ?? cluster?.networks ?? base.clusterNetworks,
    probeNetworks: flags.probeNetworks ?? cluster?.probeNetworks ?? base.probeNetworks,
    identityDomain: flags.identityDomain ?? cluster?.identityDomain ?? base.identityDomain,
    clusterDomain: flags.clusterDomain ?? cluster?.clusterDomain ?? base.clusterDomain,
    controlPlaneNamespace:
      flags.controlPlaneNamespace ?? cluster?.controlPlaneNamespace ?? base.controlPlaneNamespace,
    defaultPolicy: flags.defaultPolicy ?? cluster?.defaultPolicy ?? base.defaultPolicy,
  };
}

function ruleSettings(config: ConfigFile): RuleSettings {
  const namespaces = Object.entries(config.namespaces ?? {}).map(
    ([name, { enforce, rules }]): [string, NamespaceSettings] => [
      name,
      { ...(enforce === undefined ? {} : { enforce }), rules: new Map(Object.entries(rules ?? {})) },
    ],
  );
  return {
    enforce: config.enforce ?? DEFAULT_RULE_SETTINGS.enforce,
    rules: new Map(Object.entries(config.rules ?? {})),
    namespaces: new Map(namespaces),
    accept: config.accept ?? DEFAULT_RULE_SETTINGS.accept,
  };
}
