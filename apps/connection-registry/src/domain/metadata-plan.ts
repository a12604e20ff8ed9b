import { type ConnectionInput, type FederationConnectionSettings } from '@homerealm/contracts';
import type { InputProblem } from '@homerealm/domain';
import type { SomeFields } from './connection.js';
import { problem } from './problems.js';

/** Where what is known of the provider comes from, when a connection is saved. */
export type MetadataPlan =
  /** It stays what it is. */
  | { kind: 'keep' }
  /** From this address; null: from the tenant's own. */
  | { kind: 'read'; url: string | null }
  | { kind: 'parse'; xml: string }
  /** From what is stored already, with other certificates pinned. */
  | { kind: 'narrow' }
  /** From nowhere: the admin must give this field. */
  | { kind: 'missing'; field: 'metadataUrl' | 'metadataXml' };

export const keep: MetadataPlan = { kind: 'keep' };

/** What must be read for it: an address (null: the tenant's own) or a text; undefined where nothing must. */
export function originOf(plan: MetadataPlan): { url: string | null } | { xml: string } | undefined {
  if (plan.kind === 'parse') return { xml: plan.xml };
  return plan.kind === 'read' ? { url: plan.url } : undefined;
}

export const planProblems = (plan: MetadataPlan): InputProblem[] =>
  plan.kind === 'missing' ? [problem('connection.metadata-required', plan.field)] : [];

/** Of a new connection. */
export function planNewMetadata(fields: SomeFields, { metadataXml }: ConnectionInput): MetadataPlan {
  if (metadataXml) return { kind: 'parse', xml: metadataXml };
  return fields.metadataUrl ? { kind: 'read', url: fields.metadataUrl } : ofTenant(fields.entraDomain);
}

/**
 * Of a change.
 * @param fields what differs from the stored settings
 * @param given the fields of the body in normal form, whether they differ or not: an address that is given is read, so
 * that giving the same one again accepts what stands there now
 * @param atTenant whether the stored address is the tenant's own, which follows tenant and client id
 */
export function planChangedMetadata(
  settings: FederationConnectionSettings,
  { fields, given, metadataXml }: { fields: SomeFields; given: SomeFields } & Pick<ConnectionInput, 'metadataXml'>,
  atTenant: boolean,
): MetadataPlan {
  const { metadataUrl } = settings;
  const entraDomain = fields.entraDomain === undefined ? settings.entraDomain : fields.entraDomain;
  if (metadataXml) return { kind: 'parse', xml: metadataXml };
  if (given.metadataUrl) return { kind: 'read', url: given.metadataUrl };
  const isTakenBack = metadataUrl === null ? metadataXml === null : given.metadataUrl === null;
  if (isTakenBack) return ofTenant(entraDomain);
  const otherTenant = fields.authority !== undefined || fields.entraDomain !== undefined;
  if (atTenant && (otherTenant || fields.clientId !== undefined)) return ofTenant(entraDomain);
  if (metadataUrl !== null) {
    return otherTenant || fields.pinnedCertificates !== undefined ? { kind: 'read', url: metadataUrl } : keep;
  }
  return fields.pinnedCertificates === undefined ? keep : pinnedAnew(settings, fields.pinnedCertificates);
}

const ofTenant = (entraDomain: string | null | undefined): MetadataPlan =>
  entraDomain === null ? { kind: 'missing', field: 'metadataUrl' } : { kind: 'read', url: null };

/** Of pasted metadata only the certificates that may sign are kept, so others can come from the metadata alone. */
function pinnedAnew({ provider }: FederationConnectionSettings, pinned: readonly string[] | null): MetadataPlan {
  const stored = provider.certificates.map(({ thumbprintSha256 }) => thumbprintSha256);
  const known = pinned?.every((thumbprint) => stored.includes(thumbprint)) ?? false;
  return known ? { kind: 'narrow' } : { kind: 'missing', field: 'metadataXml' };
}
