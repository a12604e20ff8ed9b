import { managementScopes, type ManagementScope } from '@homerealm/contracts';
import { Injectable } from '@nestjs/common';
import { type Application, type ApplicationSettings, defaultsOf, isOwnScope } from '../domain/application.js';
import { Applications, Secrets } from './applications.port.js';

/** Makes the first admin application, so that somebody can call the management APIs at all. Safe to repeat. */
@Injectable()
export class BootstrapAdmin {
  constructor(
    private readonly applications: Applications,
    private readonly secrets: Secrets,
  ) {}

  async execute(id: string, clientSecret: string): Promise<void> {
    const hash = this.secrets.hash(clientSecret);
    const known = await this.applications.find(id);
    if (known?.secrets.some((secret) => secret.hash === hash) && hasAllScopes(known)) return;
    const now = this.secrets.now();
    const secret = { id: 'bootstrap', hash, createdAt: now, expiresAt: null };
    const admin: Application = { ...settings, id, secrets: [secret], createdAt: now, updatedAt: now };
    if (known) await this.applications.change(id, () => ({ ...admin, createdAt: known.createdAt }));
    else await this.applications.add(admin);
  }
}

const scopes = (Object.keys(managementScopes) as ManagementScope[]).filter((scope) => !isOwnScope(scope));

const hasAllScopes = (application: Application): boolean => scopes.every((scope) => application.scopes.includes(scope));

const settings: ApplicationSettings = {
  name: 'First administrator',
  type: 'm2m',
  redirectUris: [],
  postLogoutRedirectUris: [],
  ...defaultsOf('m2m'),
  idTokenSignedResponseAlg: 'ES256',
  scopes,
  jwks: null,
  connections: null,
  audience: null,
};
