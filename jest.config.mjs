// What takes long because it tries much: `make random` runs these, `make check` leaves them out.
export const RANDOM = [
  '<rootDir>/test/selector/property.test.ts',
  '<rootDir>/test/policy/overlap.property.test.ts',
  '<rootDir>/test/app/overlap.property.test.ts',
  '<rootDir>/test/rules/any-json.test.ts',
  '<rootDir>/test/adapters/manifests/positions.test.ts',
  '<rootDir>/test/adapters/manifests/readers-agree.test.ts',
  '<rootDir>/test/adapters/kube/heap-per-pod.test.ts',
];

/** @type {import('jest').Config} */
export const BASE = {
  testEnvironment: 'node',
  testMatch: ['**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: { '^.+\\.ts$': ['@swc/jest', {}] },
  injectGlobals: false,
  // A machine that does much else is slow, not wrong.
  testTimeout: 60_000,
};

/** @type {import('jest').Config} */
export default {
  ...BASE,
  roots: ['<rootDir>/test'],
  // The end-to-end suites need an API server; `make e2e` runs them with their own configuration.
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/e2e/', '<rootDir>/test/faults/', ...RANDOM],
  maxWorkers: 2,
};
