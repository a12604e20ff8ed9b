import { aConnection } from '../fixtures/connections.js';
import { askingTenant } from './asking-tenant.js';

const tenantId = '00000000-0000-4000-8000-00000000beef';
const common = aConnection({ useCommonEndpoint: true });
const failed = (code: string, details?: object) => [
  { code: 'connection.is-known', outcome: 'passed' as const },
  { code, outcome: 'failed' as const, ...(details && { details: details as never }) },
];

describe('a tenant that asks', () => {
  it.each([
    ['upstream.tenant-not-allowed', 'upstream.tenant'],
    ['connection.tenant-not-allowed', 'connection.tenant-is-allowed'],
  ])('is one that was proved and is not on the list of a common endpoint: %s', (code, check) => {
    expect(askingTenant(common, code, failed(check, { tenantId }))).toBe(tenantId);
  });

  it.each([
    ['a pinned tenant', aConnection(), 'upstream.tenant-not-allowed', failed('upstream.tenant', { tenantId })],
    ['another refusal', common, 'upstream.nonce-mismatch', failed('upstream.nonce', { tenantId })],
    ['no tenant', common, 'upstream.tenant-not-allowed', failed('upstream.tenant')],
    ['another cause', common, 'upstream.tenant-not-allowed', failed('upstream.issuer', { tenantId })],
  ] as const)('is not there with %s', (_name, settings, code, checks) => {
    expect(askingTenant(settings, code, checks)).toBeUndefined();
  });
});
