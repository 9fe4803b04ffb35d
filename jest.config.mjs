import { oneFileTypebox } from './scripts/one-file-typebox.mjs';

// What takes long because it tries much: `make random` runs these, `make check` leaves them out.
export const RANDOM = [
  '\\.property\\.test\\.ts$',
  '/test/(algebra|selector)/property\\.test\\.ts$',
  '/test/rules/any-json\\.test\\.ts$',
  '/test/adapters/manifests/(hostile|positions)\\.test\\.ts$',
  '/test/adapters/kube/heap-per-pod\\.test\\.ts$',
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

/** @type {import('jest').Config} */
export default {
  ...BASE,
  testMatch: ['**/*.test.ts'],
  roots: ['<rootDir>/test'],
  // The end-to-end suites need an API server or a browser; `make e2e` runs them with their own configurations.
  testPathIgnorePatterns: [
    '/node_modules/',
    '<rootDir>/test/e2e/',
    '<rootDir>/test/browser/',
    '<rootDir>/test/faults/',
    ...RANDOM,
  ],
  maxWorkers: 2,
};
