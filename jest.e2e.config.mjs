import { BASE } from './jest.config.mjs';

/** @type {import('jest').Config} */
export default {
  ...BASE,
  testMatch: ['**/*.test.ts'],
  roots: ['<rootDir>/test/e2e'],
  testPathIgnorePatterns: ['/node_modules/'],
  globalSetup: '<rootDir>/test/e2e/global-setup.mjs',
  globalTeardown: '<rootDir>/test/e2e/global-teardown.mjs',
  testTimeout: 120_000,
  maxWorkers: 1,
};
