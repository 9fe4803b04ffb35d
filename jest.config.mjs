import { oneFileTypebox } from './scripts/one-file-typebox.mjs';

// What takes long because it tries much: `make random` runs these, `make check` leaves them out.
export const RANDOM = [
  '\\.property\\.test\\.ts$',
  '/test/(algebra|selector)/property\\.test\\.ts$',
  '/test/rules/any-json\\.test\\.ts$',
  '/test/adapters/manifests/(hostile|positions)\\.test\\.ts$',
  '/test/adapters/kube/heap-per-pod\\.test\\.ts$',
];

// What waits for sockets, files and timers, or starts much: `make integration` runs these, `make check` leaves them out.
export const INTEGRATION = [
  '/test/adapters/(certs|grpc|http|kube|regex|telemetry)/',
  '/test/adapters/manifests/manifest-source',
  '/test/app/(judging|serve)\\.test',
  '/test/cli/',
  '/test/policy/inbound/scenarios\\.test\\.ts$',
  '/test/admission/fixtures\\.test\\.ts$',
];

/** The suites that need an API server or a browser have their own configurations. */
export const ELSEWHERE = [
  '/node_modules/',
  '<rootDir>/test/e2e/',
  '<rootDir>/test/browser/',
  '<rootDir>/test/faults/',
];

/** @type {import('jest').Config} */
export const BASE = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1', '^typebox$': await oneFileTypebox() },
  transform: { '^.+\\.ts$': ['@swc/jest', {}] },
  injectGlobals: false,
  // A machine that does much else is slow, not wrong.
  testTimeout: 60_000,
};

/**
 * Unit and integration tests together.
 *
 * @type {import('jest').Config}
 */
export default {
  ...BASE,
  testMatch: ['**/*.test.ts'],
  roots: ['<rootDir>/test'],
  testPathIgnorePatterns: [...ELSEWHERE, ...RANDOM],
  maxWorkers: 2,
};
