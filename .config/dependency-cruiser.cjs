/**
 * Who may import whom. `npm test` runs it over the repository and over a fixture that breaks every rule
 * (apps/acceptance/src/architecture.spec.ts).
 */
const specs = '\\.(spec|accept|conformance)\\.ts$|/fixtures/';
const room = (...names) => `^apps/([^/]+)/src/(${names.join('|')})/`;
const tools = 'node_modules/(typeorm|kafkajs|pg|undici|fastify|oidc-provider|@nestjs/(?!common))';

module.exports = {
  forbidden: [
    {
      name: 'domain-is-pure',
      comment: 'A rule knows its own domain and the shared words; no framework, no clock, no network.',
      severity: 'error',
      from: { path: room('domain'), pathNot: specs },
      to: { pathNot: ['^apps/$1/src/domain/', '^libs/(domain|contracts)/'] },
    },
    {
      name: 'use-cases-know-no-edges',
      severity: 'error',
      from: { path: room('use-cases'), pathNot: specs },
      to: { path: '^apps/[^/]+/src/(http|events|store|clients)/' },
    },
    {
      name: 'use-cases-know-no-tools',
      severity: 'error',
      from: { path: room('use-cases'), pathNot: specs },
      to: { path: [tools, '^libs/(events|platform|testing)/'] },
    },
    {
      name: 'edges-do-not-touch',
      comment: 'http, events, store and clients meet in use cases only; app.module.ts wires them.',
      severity: 'error',
      from: { path: '^apps/([^/]+)/src/(http|events|store|clients)/', pathNot: specs },
      to: { path: '^apps/$1/src/(http|events|store|clients)/', pathNot: '^apps/$1/src/$2/' },
    },
    {
      name: 'only-stores-know-the-database',
      severity: 'error',
      from: { path: '^apps/[^/]+/src/(http|events|clients)/', pathNot: specs },
      to: { path: 'node_modules/(typeorm|pg)/' },
    },
    {
      name: 'apps-share-only-libs',
      severity: 'error',
      from: { path: '^apps/([^/]+)/' },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'libs-know-no-apps',
      severity: 'error',
      from: { path: '^libs/' },
      to: { path: '^(apps|deploy)/' },
    },
    {
      name: 'domain-lib-stands-alone',
      severity: 'error',
      from: { path: '^libs/domain/src/', pathNot: specs },
      to: { pathNot: ['^libs/domain/', 'node_modules/zod/', '^url$'] },
    },
    {
      name: 'contracts-know-words-only',
      severity: 'error',
      from: { path: '^libs/contracts/src/', pathNot: specs },
      to: { pathNot: ['^libs/(contracts|domain)/', 'node_modules/zod/'] },
    },
    {
      name: 'connectors-know-protocols-only',
      severity: 'error',
      from: { path: '^libs/connectors/src/', pathNot: specs },
      to: { path: ['^libs/(?!connectors|domain)', 'node_modules/(@nestjs|typeorm|kafkajs|pg)/'] },
    },
    {
      name: 'platform-knows-words-only',
      severity: 'error',
      from: { path: '^libs/platform/src/', pathNot: specs },
      to: { path: ['^libs/(?!platform|domain)', 'node_modules/(typeorm|kafkajs|pg)/'] },
    },
    {
      name: 'events-know-contracts-only',
      severity: 'error',
      from: { path: '^libs/events/src/', pathNot: specs },
      to: { path: '^libs/(?!events|contracts|domain)' },
    },
    {
      name: 'outside-needs-no-framework',
      comment: 'What is packed for other teams, and for operators, works without Nest and TypeORM.',
      severity: 'error',
      from: { path: '^libs/events/src/(consumer/|operations\\.ts$)', pathNot: specs },
      to: { path: 'node_modules/(@nestjs|typeorm|rxjs|reflect-metadata)/', reachable: true },
    },
    {
      name: 'kafka-in-one-place',
      comment: 'The client is unmaintained: it must be replaceable in one folder.',
      severity: 'error',
      from: {
        path: '^(apps|libs)/',
        pathNot: ['^libs/events/src/kafka/', '^libs/testing/', '^apps/(demo-app|acceptance)/', specs],
      },
      to: { path: 'node_modules/kafkajs/' },
    },
    {
      name: 'passport-in-one-place',
      comment: 'The library is unsafe as shipped; only the hardened connector may touch it.',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: '^libs/connectors/' },
      to: { path: 'node_modules/passport-azure-ad/' },
    },
    {
      name: 'testing-stays-in-tests',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: ['^libs/testing/', '^apps/(acceptance|entra-simulator)/', specs] },
      to: { path: '^libs/testing/' },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'not-to-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '/dist/|^apps/acceptance/src/fixtures/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['@homerealm/source', 'import', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.mjs', '.cjs', '.json', '.d.ts'],
    },
  },
};
