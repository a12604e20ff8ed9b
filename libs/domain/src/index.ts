export * from './ids.js';
export * from './email.js';
export * from './domain-name.js';
export * from './errors.js';
export * from './checks.js';
export * from './strategies.js';
export * from './upstream-account.js';
export * from './upstream-params.js';
