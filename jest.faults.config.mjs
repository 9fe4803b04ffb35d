import E2E from './jest.e2e.config.mjs';

const long = process.env.GATEHOUSE_FAULTS === 'long';

/** @type {import('jest').Config} */
export default {
  ...E2E,
  roots: ['<rootDir>/test/faults'],
  // A failed suite must not keep the run from ending.
  forceExit: true,
  // The long form is bounded by its own numbers; this ends it should something never happen.
  testTimeout: long ? 3 * 3_600_000 : 180_000,
};
