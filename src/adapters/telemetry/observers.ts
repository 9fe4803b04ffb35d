/** Tells several observers of the same thing: metrics first, then the log. */
import type { ConnectionObserver, RequestObserver } from '../http/ports.js';

type Observer = RequestObserver & ConnectionObserver;

export function observeAll(observers: readonly Observer[]): Observer {
  return {
    answered: (outcome) => observers.forEach((each) => each.answered(outcome)),
    inFlight: (count) => observers.forEach((each) => each.inFlight(count)),
    fault: (error, uid) => observers.forEach((each) => each.fault(error, uid)),
    tlsFailed: (reason, detail) => observers.forEach((each) => each.tlsFailed(reason, detail)),
    httpFailed: (reason) => observers.forEach((each) => each.httpFailed(reason)),
    connectionDropped: () => observers.forEach((each) => each.connectionDropped()),
    serverFailed: (error) => observers.forEach((each) => each.serverFailed(error)),
  };
}
