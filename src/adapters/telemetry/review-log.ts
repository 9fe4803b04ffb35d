/** What the log says of requests and connections. */
import type { ConnectionObserver, Outcome, RequestObserver } from '../http/ports.js';
import type { Fields, Logger } from './logger.js';

const SECOND = 1_000;
const MINUTE = 60_000;

/** Every denial; allows only at debug; what many callers can cause at will, at most once a second. */
export function createReviewLog(
  logger: Logger,
  /** How long ago the least fresh kind was heard of; undefined where there is no cluster. */
  cacheAgeMs: () => number | undefined = () => undefined,
): RequestObserver & ConnectionObserver {
  const fieldsOf = (outcome: Outcome): Fields => ({
    ...describe(outcome),
    cacheAgeMs: rounded(cacheAgeMs()),
  });
  const answered = (outcome: Outcome): void => {
    const { decision, verdict, fault } = outcome;
    for (const { code, error } of verdict?.faults ?? []) {
      logger.error('a rule failed to run', error, { ...fieldsOf(outcome), rule: code });
    }
    if (fault !== undefined) logger.error('a review could not be judged', fault, fieldsOf(outcome));
    switch (decision) {
      case 'allow':
        if (logger.writes('debug')) logger.log('debug', 'allowed', fieldsOf(outcome));
        if (verdict?.passed === 'unknown-kind' || verdict?.passed === 'unknown-version') {
          logger.limited('info', verdict.passed, MINUTE, 'allowed what we do not know', fieldsOf(outcome));
        }
        return;
      case 'deny':
        logger.log('info', 'denied', fieldsOf(outcome));
        return;
      case 'retry':
        limited('turned away, to be tried again', outcome);
        return;
      case 'refuse':
        limited('refused a request that is no review', outcome);
        return;
      case 'abort':
        limited('the caller went away before the answer', outcome);
    }
  };
  const limited = (msg: string, outcome: Outcome): void => {
    const key = `${msg} ${String(outcome.code)} ${outcome.shed ?? outcome.malformed ?? ''}`;
    logger.limited('warn', key, SECOND, msg, fieldsOf(outcome));
  };
  return {
    answered,
    inFlight: () => undefined,
    fault: (error, uid) => {
      logger.error('something failed after an answer', error, { uid });
    },
    tlsFailed: (reason, detail) => {
      const level = reason === 'client-name' || reason === 'certificate-refused' ? 'warn' : 'debug';
      logger.limited(level, `tls ${reason}`, SECOND, 'a TLS handshake failed', { reason, names: detail });
    },
    httpFailed: (reason) => {
      logger.limited('debug', `http ${reason}`, SECOND, 'a connection sent no request that can be read', {
        reason,
      });
    },
    connectionDropped: () => {
      logger.limited('warn', 'connections', SECOND, 'a connection was dropped: too many are open');
    },
    serverFailed: (error) => {
      logger.error('the listener failed', error);
    },
  };
}

const rounded = (ms: number | undefined): number | undefined =>
  ms === undefined ? undefined : Math.round(ms);

function describe({ review, verdict, uid, shed, malformed, ...outcome }: Outcome): Fields {
  const denied = (verdict?.findings ?? []).filter(({ severity }) => severity === 'deny');
  return {
    uid,
    operation: review?.operation,
    group: review?.group,
    version: review?.version,
    kind: review?.kind,
    namespace: review?.namespace,
    name: review?.name,
    dryRun: review?.dryRun,
    username: review?.username,
    decision: outcome.decision,
    code: outcome.code,
    rule: [...new Set(denied.map(({ code }) => code))].join(','),
    reason: shed ?? malformed,
    durationMs: Math.round(outcome.durationMs * 1_000) / 1_000,
    bodyBytes: outcome.bodyBytes,
    budgetMs: outcome.budgetMs,
  };
}
