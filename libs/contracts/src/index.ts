export * from './define-topic.js';
export * from './topics/index.js';
export * from './http/sign-ins.js';
export * from './http/scopes.js';
export * from './http/connections.js';
export * from './http/policies.js';
export * from './connection-fields.js';
export * from './connection-settings.js';
