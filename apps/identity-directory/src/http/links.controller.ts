import { LinkPreviewItem, LinkPreviewRequest, LinkResponse, UndoneLinkResponse } from '@homerealm/contracts';
import { Answers, pageOf, Refuses, RequireScope, toPage } from '@homerealm/platform';
import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Link } from '../domain/link.js';
import { PreviewLinks } from '../use-cases/preview-links.js';
import { ReadLinks } from '../use-cases/read-links.js';
import { UndoLink } from '../use-cases/undo-link.js';
import { linkIdOf, userIdOf } from './ids.js';

@ApiTags('links')
@Controller()
export class LinksController {
  constructor(
    private readonly read: ReadLinks,
    private readonly undoLink: UndoLink,
    private readonly previewLinks: PreviewLinks,
  ) {}

  @Get('users/:userId/links')
  @RequireScope('users:read')
  @ApiOperation({ summary: 'List which upstream accounts were linked to a user, by which proof' })
  @Answers(200, 'All of them, the oldest first.', pageOf(LinkResponse))
  @Refuses(404, 'user.not-found')
  async list(@Param('userId') userId: string) {
    const links = await this.read.execute(userIdOf(userId));
    return { items: links.map(toLinkResponse), next: null };
  }

  @Post('users/:userId/links/:linkId/undo')
  @RequireScope('users:write')
  @ApiOperation({
    summary: 'Undo a link',
    description:
      'The account becomes a user of its own and never links again. What an enterprise account replaced comes back.',
  })
  @Answers(200, 'The two users.', UndoneLinkResponse)
  @Refuses(404, 'user.not-found', 'link.not-found')
  @Refuses(409, 'link.undone', 'link.identity-gone', 'link.replaced-taken', 'identity.last', 'user.changed-meanwhile')
  undo(@Param('userId') userId: string, @Param('linkId') linkId: string) {
    return this.undoLink.execute(userIdOf(userId), linkIdOf(linkId));
  }

  @Post('link-preview')
  @RequireScope('users:read')
  @ApiOperation({
    summary: 'Whom would this connection link, with these settings?',
    description:
      'Account by account of the connection: whom it would be, were it new. Known accounts stay the users they are.',
  })
  @Answers(200, 'A page of accounts.', pageOf(LinkPreviewItem))
  async preview(@Body({ schema: LinkPreviewRequest }) asked: LinkPreviewRequest) {
    const items = await this.previewLinks.execute(asked);
    return toPage(
      items,
      asked.limit,
      ({ identityId }) => identityId,
      (item) => item,
    );
  }
}

const toLinkResponse = ({ replaced, ...link }: Link): LinkResponse => ({
  ...link,
  replaced: replaced.map(({ type, value }) => ({ type, value })),
});
