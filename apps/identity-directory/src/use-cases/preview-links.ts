import type { LinkPreviewItem, LinkPreviewRequest } from '@homerealm/contracts';
import { Injectable } from '@nestjs/common';
import { accountOf, previewLink } from '../domain/preview-link.js';
import { theIdentity } from '../domain/user.js';
import { Directory } from './directory.port.js';
import { Links } from './links.port.js';
import { TimeAndIds } from './time-and-ids.port.js';

/** Asks the decision itself, account by account; nothing is stored and nobody is told. */
@Injectable()
export class PreviewLinks {
  constructor(
    private readonly directory: Directory,
    private readonly links: Links,
    private readonly fresh: TimeAndIds,
  ) {}

  /** One more than asked for, when there are more. */
  async execute({ connection, limit, cursor }: LinkPreviewRequest): Promise<LinkPreviewItem[]> {
    const through = await this.links.throughConnection(connection.connectionId, limit, cursor);
    const items: LinkPreviewItem[] = [];
    for (const { user, identityId } of through) {
      const identity = theIdentity(user, identityId);
      const now = this.fresh.now();
      const account = accountOf(identity, now);
      if (!account) continue;
      const asked = { connection, account, organizationId: null, attemptId: this.fresh.newId('attempt'), dryRun: true };
      const known = await this.directory.concernedBy(asked);
      const ids = {
        userId: this.fresh.newId('user'),
        identityId: this.fresh.newId('identity'),
        emailIdentityId: this.fresh.newId('identity'),
        linkId: this.fresh.newId('link'),
        now,
      };
      items.push(previewLink({ user, identity, account }, connection, known, ids));
    }
    return items;
  }
}
