/** The metrics of `gatehouse verify --every`. */
import { Counter, Gauge, type Registry } from 'prom-client';

export type VerifyOutcome = 'same' | 'different' | 'failed';

export interface VerifyMetrics {
  /** A check is over; `differences` are those that it found, undefined where it could not ask. */
  readonly checked: (outcome: VerifyOutcome, differences: number | undefined) => void;
}

export function createVerifyMetrics(registry: Registry): VerifyMetrics {
  const registers = [registry];
  const differences = new Gauge({
    name: 'gatehouse_verify_differences',
    help: 'Differences between the controller’s answers and ours, of the last check that could ask; NaN before.',
    registers,
  });
  differences.set(Number.NaN);
  const checks = new Counter({
    name: 'gatehouse_verify_checks_total',
    help: 'Checks by what they found.',
    labelNames: ['result'],
    registers,
  });
  for (const result of ['same', 'different', 'failed']) checks.inc({ result }, 0);
  return {
    checked: (result, found) => {
      checks.inc({ result });
      if (found !== undefined) differences.set(found);
    },
  };
}
