/** The thread that answers questions: it holds a copy of the cluster, and one question is answered after the other. */
import { parentPort, workerData } from 'node:worker_threads';
import { compileRustPattern } from '../../adapters/regex/rust-regex.js';
import type { ThreadSettings } from '../../app/judging/judge-thread.js';
import { advance, buildIndex } from '../../policy/inbound/advance.js';
import type { InboundIndex } from '../../policy/inbound/inbound-index.js';
import { InternTable } from '../../policy/objects/intern.js';
import type { StoredObject } from '../../policy/objects/stored.js';
import type { Batch } from '../../policy/ports.js';
import { answerQuestion } from './answer.js';
import type { FromThread, ToThread } from './messages.js';

const { world: opened, semantics: name, settings } = workerData as ThreadSettings;
const table = new InternTable();
let pending: Batch[] = [];
let index: InboundIndex | undefined;
let parts: Iterator<string> | undefined;

parentPort?.on('message', (message: ToThread) => {
  try {
    take(message);
  } catch (error) {
    parts = undefined;
    say({ type: 'fault', error: error instanceof Error ? error : new Error(String(error)) });
  }
});

function take(message: ToThread): void {
  switch (message.type) {
    case 'changes':
      pending.push(
        message.batch.map((event) =>
          event.type === 'applied' ? { ...event, object: shared(event.object) } : event,
        ),
      );
      return;
    case 'ask': {
      const semantics = { name, compilePattern: compileRustPattern };
      const world = { ...opened, semantics, today: message.today };
      index = current(index, world);
      const answer = answerQuestion(message.question, { index, world, settings });
      if (answer.ok) {
        parts = answer.value[Symbol.iterator]();
        next();
      } else say({ type: 'bad-question', message: answer.error });
      return;
    }
    case 'more':
      next();
      return;
    case 'stop':
      parts?.return?.();
      parts = undefined;
  }
}

function next(): void {
  if (parts === undefined) return;
  const part = parts.next();
  if (part.done === true) {
    parts = undefined;
    say({ type: 'end' });
  } else say({ type: 'part', text: part.value });
}

/** The index of everything that was said so far; the first time all at once, which is much faster. */
function current(known: InboundIndex | undefined, world: Parameters<typeof buildIndex>[0]): InboundIndex {
  const batches = pending;
  pending = [];
  if (known !== undefined) return batches.reduce((before, batch) => advance(before, batch).index, known);
  return buildIndex(
    world,
    batches.flat().flatMap((event) => (event.type === 'applied' ? [event.object] : [])),
  );
}

/** What pods of one workload have in common comes as a copy in each message. */
const shared = (object: StoredObject): StoredObject =>
  object.kind === 'core/Pod' ? { ...object, template: table.value(object.template) } : object;

const say = (message: FromThread): void => parentPort?.postMessage(message);
