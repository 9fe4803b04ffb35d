/** One watch connection, from its opening to its end. */
import type { Readable } from 'node:stream';
import { member } from '../../model/json.js';
import { cut, KubeError, messageOf } from './errors.js';
import { LineSplitter, parseJson } from './json-lines.js';
import type { KubeClient } from './kube-client.js';
import { watchdog, type Timing } from './timing.js';

export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK';
  readonly object: unknown;
}

/** The server ended the watch with an ERROR event; `status` is its object. */
export class WatchErrorEvent extends Error {
  readonly status: unknown;
  readonly code: number;

  constructor(status: unknown) {
    const message = member(status, 'message');
    super(`the watch ended with an error: ${cut(typeof message === 'string' ? message : 'no message')}`);
    this.name = 'WatchErrorEvent';
    this.status = status;
    const code = member(status, 'code');
    this.code = typeof code === 'number' ? code : 0;
  }
}

/** Nothing came for too long: `stall` is a connection without bytes, `quiet` one without news of its kind. */
export class WatchSilence extends Error {
  readonly silence: 'stall' | 'quiet';

  constructor(silence: 'stall' | 'quiet') {
    super(silence === 'stall' ? 'no bytes' : 'neither an event nor a bookmark');
    this.name = 'WatchSilence';
    this.silence = silence;
  }
}

export interface WatchOptions {
  readonly signal: AbortSignal;
  readonly timing: Timing;
  /** Until the server begins to answer. */
  readonly headersMs: number;
  readonly stallMs: number;
  /** When, at the latest, an event or bookmark must have come; asked again whenever it seems to be over. */
  readonly newsDue: () => number;
  readonly lineBytes: number;
  readonly onOpen: () => void;
  /** The events of one chunk of bytes. */
  readonly onEvents: (events: readonly WatchEvent[]) => void;
}

/** Resolves when the server ended the watch as it should; rejects on everything else. */
export async function watch(client: KubeClient, path: string, options: WatchOptions): Promise<void> {
  const { timing, signal, stallMs, newsDue } = options;
  const stream = await client.stream(path, { timeoutMs: options.headersMs, signal });
  options.onOpen();
  let lastByte = timing.now();
  const disarm = watchdog(
    timing,
    () => Math.min(lastByte + stallMs, newsDue()),
    () => stream.destroy(new WatchSilence(timing.now() >= lastByte + stallMs ? 'stall' : 'quiet')),
  );
  const lines = new LineSplitter(options.lineBytes);
  try {
    for await (const chunk of chunksOf(stream)) {
      lastByte = timing.now();
      handle(lines.push(chunk), options.onEvents);
    }
  } finally {
    disarm();
    stream.destroy();
  }
}

/** The chunks of a stream; what goes wrong with the connection is told apart from what its reader does. */
async function* chunksOf(stream: Readable): AsyncGenerator<Buffer, void, undefined> {
  try {
    for await (const chunk of stream) yield chunk as Buffer;
  } catch (error) {
    if (error instanceof WatchSilence) throw error;
    throw new KubeError('kube-network', `the watch was cut: ${messageOf(error)}`, error);
  }
}

/** Hands over the events before a faulty line too: they happened, and the next list may be far. */
function handle(lines: Iterable<Buffer>, onEvents: WatchOptions['onEvents']): void {
  const events: WatchEvent[] = [];
  let fault: { readonly error: unknown } | undefined;
  try {
    for (const line of lines) events.push(readEvent(parseJson(line, 'a watch event')));
  } catch (error) {
    fault = { error };
  }
  if (events.length > 0) onEvents(events);
  if (fault !== undefined) throw fault.error;
}

function readEvent(raw: unknown): WatchEvent {
  const type = member(raw, 'type');
  const object = member(raw, 'object');
  switch (type) {
    case 'ADDED':
    case 'MODIFIED':
    case 'DELETED':
    case 'BOOKMARK':
      return { type, object };
    case 'ERROR':
      throw new WatchErrorEvent(object);
    default:
      throw new KubeError('kube-malformed', 'a watch event of an unknown type');
  }
}

/** The resourceVersion of an event's object, from which a later watch can go on. */
export function versionIn(object: unknown): string | undefined {
  const version = member(member(object, 'metadata'), 'resourceVersion');
  return typeof version === 'string' && version !== '' ? version : undefined;
}
