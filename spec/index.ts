/** Front door of `spec/`: what the documents say, as typed data. */

export * from './errors.ts';
export * from './generated/index.ts';
export * from './system-under-test.ts';
