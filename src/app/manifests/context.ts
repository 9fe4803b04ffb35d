/** What the builders of objects share: the places that values fill, and the metadata of ours. */
import type { JsonValue } from '../../model/json.js';
import { version } from '../version.js';
import { APP } from './names.js';
import { Slot, When, type Node, type NodeObject } from './template.js';
import type { ChartValues } from './values.js';

export interface Context {
  readonly values: ChartValues;
  readonly namespace: Slot;
}

export const contextOf = (values: ChartValues, namespace: string): Context => ({
  values,
  namespace: new Slot('text', '.Release.Namespace', namespace),
});

export const text = (name: string, value: string): Slot => new Slot('text', `.Values.${name}`, value);
export const items = (name: string, value: readonly JsonValue[]): Slot =>
  new Slot('items', `.Values.${name}`, value);
export const tree = (name: string, value: JsonValue): Slot => new Slot('tree', `.Values.${name}`, value);

/** Content that is there where the value is set, that is neither empty nor false. */
export const whenSet = (name: string, value: JsonValue, content: Node): When =>
  new When(`.Values.${name}`, isSet(value), content);

const isSet = (value: JsonValue): boolean =>
  typeof value === 'object' && value !== null ? Object.keys(value).length > 0 : Boolean(value);

export const whenManaged = ({ values }: Context, content: Node): When =>
  new When('eq .Values.tls.mode "managed"', values.tls.mode === 'managed', content);
export const whenFiles = ({ values }: Context, content: Node): When =>
  new When('eq .Values.tls.mode "files"', values.tls.mode === 'files', content);

export const SELECTOR_LABELS = { 'app.kubernetes.io/name': APP } as const;

export const labels = (): NodeObject => ({
  ...SELECTOR_LABELS,
  'app.kubernetes.io/version': new Slot('text', '.Chart.AppVersion', version()),
});

/** Metadata of an object of the cluster, or with `context` of one in our namespace. */
export const metadata = (name: string, context?: Context): NodeObject => ({
  name,
  ...(context === undefined ? {} : { namespace: context.namespace }),
  labels: labels(),
});
