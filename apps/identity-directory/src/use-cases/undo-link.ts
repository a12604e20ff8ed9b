import type { UndoneLinkResponse } from '@homerealm/contracts';
import type { LinkId, UserId } from '@homerealm/domain';
import { Injectable } from '@nestjs/common';
import { undoLink } from '../domain/undo-link.js';
import { userErrors } from '../domain/user.errors.js';
import { Directory, DirectoryConflict } from './directory.port.js';
import { Links } from './links.port.js';
import { TimeAndIds } from './time-and-ids.port.js';

const maxTries = 5;

/** Takes a linked account off its user again and makes it a user of its own. */
@Injectable()
export class UndoLink {
  constructor(
    private readonly directory: Directory,
    private readonly links: Links,
    private readonly fresh: TimeAndIds,
  ) {}

  async execute(userId: UserId, linkId: LinkId): Promise<UndoneLinkResponse> {
    for (let tries = 1; tries <= maxTries; tries++) {
      try {
        return await this.undo(userId, linkId);
      } catch (error) {
        if (!(error instanceof DirectoryConflict)) throw error;
        if (error.on !== 'revision') throw userErrors('link.replaced-taken', { linkId, on: error.on });
      }
    }
    throw userErrors('user.changed-meanwhile', { userId });
  }

  private async undo(userId: UserId, linkId: LinkId): Promise<UndoneLinkResponse> {
    const before = await this.directory.find(userId);
    if (!before) throw userErrors('user.not-found', { userId });
    const link = await this.links.find(userId, linkId);
    if (!link) throw userErrors('link.not-found', { linkId });
    const now = this.fresh.now();
    const identityIds = [null, ...link.replaced].map(() => this.fresh.newId('identity'));
    const { after, apart, happened } = undoLink(before, link, {
      userId: this.fresh.newId('user'),
      identityIds,
      now,
    });
    const undone = { linkId, at: now, userId: apart.userId };
    await this.directory.save({ before, after, happened, beside: [{ before: null, after: apart }], undone });
    return { userId, newUserId: apart.userId };
  }
}
