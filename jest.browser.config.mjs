import { BASE } from './jest.config.mjs';

/** @type {import('jest').Config} */
export default {
  ...BASE,
  testMatch: ['**/*.test.ts'],
  roots: ['<rootDir>/test/browser'],
  testPathIgnorePatterns: ['/node_modules/'],
  testTimeout: 120_000,
  maxWorkers: 1,
};
