/**
 * Answers `POST /validate` (webhook-operations, sections 1, 6 and 7).
 *
 * An answer is one of four: a review (allow or deny); a *retryable* refusal, when the process cannot judge now; a
 * plain 4xx, when there is no uid to answer; none, when the caller has gone. Whatever is thrown once a uid is known
 * becomes a deny with code 500: an HTTP error would admit the object under `failurePolicy: Ignore`, and a crafted
 * object must not be able to buy that.
 */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { malformed, toResponse, type Review, type Verdict } from '../../admission/index.js';
import { jsonAnswer, send, type Answer } from './answer.js';
import type { Clock } from './clock.js';
import { hasPatterns, LARGE_BYTES, type HeavyAnswer, type HeavyJudge } from './heavy.js';
import { limitsWith, Load, type Limits } from './limits.js';
import type { Deadline, Gate, Judge, Outcome, RequestObserver, Retry } from './ports.js';
import { readBody, type BodyReading, type BodyResult } from './read-body.js';
import { shed, tooLarge, unanswerable, wrongForm, type Refusal } from './refusal.js';
import { budgetOf } from './request-line.js';
import { parseReviewBody, unparsed, type BodyProblem } from './review-body.js';

export interface ReviewDeps {
  readonly judge: Judge;
  readonly gate: Gate;
  readonly observer: RequestObserver;
  readonly clock: Clock;
  readonly limits?: Partial<Limits>;
  /** Judges what would keep everybody else waiting; without, everything is judged here. */
  readonly heavy?: HeavyJudge;
  /** Whether this process is too late with everything to take more in. */
  readonly overloaded?: () => boolean;
}

/** Handles every request on a review path. */
export function createReviewHandler(deps: ReviewDeps): RequestListener {
  const limits = limitsWith(deps.limits ?? {});
  const load = new Load(limits);
  return (request, response) => {
    new Exchange(deps, limits, load, request, response).begin();
  };
}

const INTERNAL: Verdict = {
  ...malformed('Gatehouse failed to judge this object; this is a fault of Gatehouse, please report it'),
  code: 500,
};

const TOO_HEAVY: Verdict = {
  ...malformed(
    'this object takes too long to judge: it is very large, or has too many or too large regular expressions; split it',
  ),
  code: 500,
};

/** The status that nginx writes for a caller who has gone; it is in metrics and logs only. */
const CALLER_GONE = 499;

type Answerable = Pick<Review, 'apiVersion' | 'uid'>;

/** One request and its answer. Whatever happens first (body, verdict, budget, loss of the caller) ends it. */
class Exchange {
  readonly #deps: ReviewDeps;
  readonly #limits: Limits;
  readonly #load: Load;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #startedAt: number;
  readonly #budgetMs: number;
  #reading: BodyReading | undefined;
  #cancelTimer: (() => void) | undefined;
  /** Settled by the headers, answered after the body. */
  #refusal: Refusal | undefined;
  #entered = false;
  #open = true;

  constructor(
    deps: ReviewDeps,
    limits: Limits,
    load: Load,
    request: IncomingMessage,
    response: ServerResponse,
  ) {
    this.#deps = deps;
    this.#limits = limits;
    this.#load = load;
    this.#request = request;
    this.#response = response;
    this.#startedAt = deps.clock.now();
    this.#budgetMs = budgetOf(request.url ?? '');
  }

  begin(): void {
    const { gate, observer, clock, overloaded } = this.#deps;
    this.#refusal =
      wrongForm(this.#request) ??
      (gate.state === 'failed' ? shed('failed') : undefined) ??
      (overloaded?.() === true ? shed('event-loop') : undefined);
    if (this.#refusal === undefined) {
      this.#entered = this.#load.enter();
      if (this.#entered) observer.inFlight(this.#load.requests);
      else this.#refusal = shed('in-flight');
    }
    this.#response.once('close', () => {
      this.#finish(undefined, { decision: 'abort', code: CALLER_GONE });
    });
    this.#cancelTimer = clock.after(this.#budgetMs, () => {
      this.#refuse(this.#refusal ?? shed('budget'));
    });
    this.#reading = readBody(this.#request, {
      limit: this.#limits.bodyBytes,
      // Who is refused anyway is heard to the end, but takes no memory.
      reserve: (bytes) => this.#refusal === undefined && this.#load.reserve(bytes),
      done: (result) => {
        this.#received(result);
      },
    });
  }

  #received(result: BodyResult): void {
    if (result.kind === 'too-large') this.#refuse(tooLarge(this.#limits.bodyBytes));
    else if (this.#refusal !== undefined) this.#refuse(this.#refusal);
    else if (result.kind === 'no-room') this.#refuse(shed('buffered-bytes'));
    else this.#judge(result.bytes);
  }

  #judge(bytes: Buffer): void {
    const { heavy } = this.#deps;
    if (heavy !== undefined && bytes.length > LARGE_BYTES) {
      void this.#judgeElsewhere(heavy, bytes);
      return;
    }
    let review: Review | undefined;
    try {
      const parsed = parseReviewBody(bytes);
      if (!parsed.ok) {
        this.#problem(parsed.error);
        return;
      }
      review = parsed.value;
      if (heavy !== undefined && hasPatterns(review)) {
        void this.#judgeElsewhere(heavy, bytes);
        return;
      }
      const result = this.#deps.judge(review, this.#deadline);
      if (isPromise(result)) void this.#deliverLater(review, result);
      else this.#deliver(review, result);
    } catch (fault) {
      this.#fail(fault, review, bytes);
    }
  }

  /** In another thread, and here what that thread cannot know. */
  async #judgeElsewhere(heavy: HeavyJudge, bytes: Buffer): Promise<void> {
    let review: Review | undefined;
    try {
      const answer: HeavyAnswer = await heavy(bytes, this.#deadline);
      switch (answer.kind) {
        case 'problem':
          this.#problem(answer.problem);
          return;
        case 'verdict':
          this.#deliver(answer.review, answer.verdict);
          return;
        case 'more':
          ({ review } = answer);
          this.#deliver(review, await this.#deps.judge(review, this.#deadline));
          return;
        case 'fault':
          throw answer.error;
        case 'too-heavy':
          this.#fail(new Error('a review took too long or too much memory'), undefined, bytes, TOO_HEAVY);
          return;
        case 'late':
          this.#refuse(shed('budget'));
      }
    } catch (fault) {
      this.#fail(fault, review, bytes);
    }
  }

  get #deadline(): Deadline {
    return { at: this.#startedAt + this.#budgetMs };
  }

  #problem({ uid, apiVersion, reason, message }: BodyProblem): void {
    if (uid === undefined) this.#refuse(unanswerable(message, reason));
    else this.#answer({ apiVersion, uid }, malformed(message), { malformed: reason });
  }

  async #deliverLater(review: Review, result: Promise<Verdict | Retry>): Promise<void> {
    try {
      this.#deliver(review, await result);
    } catch (fault) {
      this.#fail(fault, review);
    }
  }

  #deliver(review: Review, result: Verdict | Retry): void {
    if (isRetry(result)) this.#refuse(shed(result.retry, { uid: review.uid, review }));
    else this.#answer(review, result, { review });
  }

  /** Something threw: a deny, as long as there is a uid to deny. */
  #fail(
    fault: unknown,
    review: Review | undefined,
    bytes: Uint8Array = new Uint8Array(0),
    verdict: Verdict = INTERNAL,
  ): void {
    if (!this.#open) {
      this.#deps.observer.fault(fault, review?.uid);
      return;
    }
    if (review !== undefined) {
      this.#answer(review, verdict, { review, fault });
      return;
    }
    const { uid, apiVersion } = unparsed(bytes, 'json', '').error;
    if (uid === undefined) this.#refuse(unanswerable('the body cannot be read', 'json'));
    else this.#answer({ apiVersion, uid }, verdict, { fault });
  }

  #answer({ apiVersion, uid }: Answerable, verdict: Verdict, facts: Partial<Outcome>): void {
    const { allowed, code = 403 } = verdict;
    this.#finish(jsonAnswer(toResponse(apiVersion, uid, verdict)), {
      decision: allowed ? 'allow' : 'deny',
      code: allowed ? 200 : code,
      uid,
      verdict,
      review: facts.review,
      malformed: facts.malformed,
      fault: facts.fault,
    });
  }

  #refuse({ answer, facts }: Refusal): void {
    this.#finish(answer, facts);
  }

  #finish(answer: Answer | undefined, facts: Refusal['facts']): void {
    if (!this.#open) return;
    this.#open = false;
    this.#cancelTimer?.();
    this.#reading?.stop();
    const { gate, observer, clock } = this.#deps;
    if (this.#entered) {
      this.#load.leave(this.#reading?.held() ?? 0);
      observer.inFlight(this.#load.requests);
    }
    if (answer !== undefined) send(this.#request, this.#response, answer, gate);
    const { decision, code, uid, review, verdict, shed: reason, malformed: problem, fault } = facts;
    observer.answered({
      decision,
      code,
      durationMs: clock.now() - this.#startedAt,
      budgetMs: this.#budgetMs,
      bodyBytes: this.#reading?.received() ?? 0,
      uid,
      review,
      verdict,
      shed: reason,
      malformed: problem,
      fault,
    });
  }
}

const isRetry = (result: Verdict | Retry): result is Retry => Object.hasOwn(result, 'retry');

const isPromise = (result: Verdict | Retry | Promise<Verdict | Retry>): result is Promise<Verdict | Retry> =>
  typeof (result as Partial<Promise<unknown>>).then === 'function';
