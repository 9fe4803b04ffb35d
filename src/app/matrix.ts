/**
 * The question that `gatehouse matrix` asks: which clients may call which ports? One function from the index and a
 * question to data (architecture, 12); commands read and render.
 */
import { ok, type Result } from '../model/result.js';
import type { InboundIndex } from '../policy/inbound/inbound-index.js';
import { answerOf, type CellAnswer } from '../policy/matrix/answer.js';
import { buildMatrix, type Matrix } from '../policy/matrix/matrix.js';
import { selectClients, selectTargets, type SelectProblem } from '../policy/matrix/select.js';

export interface MatrixQuestion {
  /** Workloads, `ns/name`, `outside`, `unmeshed`, `kubelet`, identities and addresses; empty for all. */
  readonly from: readonly string[];
  /** Workloads, `ns/name`, each perhaps with `:port`, or `:port` alone; empty for all. */
  readonly to: readonly string[];
  /** Of names without a namespace. */
  readonly namespace: string;
  /** Whether each region of traffic is a column of its own. */
  readonly perRoute: boolean;
  readonly onProgress?: (done: number, all: number) => void;
}

export interface AnsweredMatrix extends Matrix {
  /** Why a cell says what it says. */
  readonly answer: (row: number, column: number) => CellAnswer;
}

export type MatrixProblem = SelectProblem;

/** Answers a question, or says why it cannot be asked. */
export function matrix(index: InboundIndex, question: MatrixQuestion): Result<AnsweredMatrix, MatrixProblem> {
  const { from, to, namespace, perRoute, onProgress } = question;
  const clients = selectClients(index, from, namespace);
  if (!clients.ok) return clients;
  const targets = selectTargets(index, to, namespace);
  if (!targets.ok) return targets;
  const { semantics } = index.world;
  const built = buildMatrix({
    clients: clients.value,
    targets: targets.value,
    semantics,
    perRegion: perRoute,
    ...(onProgress === undefined ? {} : { onProgress }),
  });
  return ok({ ...built, answer: (row, column) => answerOf(built, row, column, semantics) });
}
