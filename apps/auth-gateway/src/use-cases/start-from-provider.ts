import { isFederationConnection } from '@homerealm/contracts';
import { Injectable } from '@nestjs/common';
import { admit } from '../domain/admit.js';
import { startAddress } from '../domain/start-address.js';
import { Applications } from './applications.port.js';
import { Connections } from './connections.port.js';
import { Issuer } from './issuer.js';
import { Moment } from './moment.port.js';
import { type CallbackInput, Upstream } from './upstream.port.js';

/**
 * An answer that nobody asked for: the person pressed a tile in their company's portal. Where the connection's admin
 * wants it, they begin a sign-in of ours at the application, and the answer is thrown away unread: an attacker's answer,
 * posted into somebody's browser, begins no more than a link would.
 */
@Injectable()
export class StartFromProvider {
  constructor(
    private readonly connections: Connections,
    private readonly applications: Applications,
    private readonly upstream: Upstream,
    private readonly moment: Moment,
    private readonly issuer: Issuer,
  ) {}

  /**
   * @param code why the answer was refused
   * @returns where the browser goes instead; undefined: nowhere
   */
  async execute(connectionId: string, code: string, input: CallbackInput): Promise<string | undefined> {
    if (code !== 'sign-in.transaction-unknown' || !isAnswer(input)) return undefined;
    const connection = (await this.connections.find(connectionId))?.settings;
    if (!connection || !isFederationConnection(connection)) return undefined;
    const applicationId = connection.providerInitiatedApplication;
    const application = applicationId === null ? null : await this.applications.find(applicationId);
    if (applicationId === null || !application?.initiateLoginUri) return undefined;
    const gate = admit({
      ...{ now: this.moment.now(), connection, authorities: this.upstream.authorities },
      ...{ applicationId, applicationConnections: application.connections, organizationId: null },
    });
    return gate.admitted ? startAddress(application.initiateLoginUri, this.issuer.url, connectionId) : undefined;
  }
}

const isAnswer = ({ method, body }: CallbackInput): boolean =>
  method === 'POST' && (typeof body?.['SAMLResponse'] === 'string' || typeof body?.['wresult'] === 'string');
