import { Injectable } from '@nestjs/common';
import type { Application } from '../domain/application.js';
import { Applications } from './applications.port.js';
import { Issuer } from './issuer.js';
import { LogoutNotices, LogoutSender, type NoticeInHand } from './logout-notices.port.js';
import { TokenClock } from './token-clock.port.js';
import { TokenSigner } from './token-signer.port.js';

/** Notices in the air at the same time: a slow application holds up only its own. */
const atATime = 20;
const lifetimeSeconds = 120;
const giveUpAfterMs = 24 * 3_600_000;

/** Tells applications that sessions ended: again and again, for a day. */
@Injectable()
export class DeliverLogouts {
  constructor(
    private readonly notices: LogoutNotices,
    private readonly sender: LogoutSender,
    private readonly applications: Applications,
    private readonly signer: TokenSigner,
    private readonly clock: TokenClock,
    private readonly issuer: Issuer,
  ) {}

  /** @returns how many there were to deliver */
  async execute(): Promise<number> {
    const inHand = await this.notices.take(atATime);
    await Promise.all(inHand.map((notice) => this.deliver(notice)));
    return inHand.length;
  }

  private async deliver(notice: NoticeInHand): Promise<void> {
    const application = await this.applications.find(notice.applicationId);
    const uri = application?.backchannelLogoutUri ?? null;
    // Nobody wants to hear of it any more.
    if (application === null || uri === null) return this.notices.done(notice.noticeId);
    if (await this.sender.send(uri, this.token(notice, application))) return this.notices.done(notice.noticeId);
    const isOld = this.clock.nowSeconds() * 1_000 - notice.createdAt.getTime() > giveUpAfterMs;
    if (isOld) return this.notices.done(notice.noticeId);
    return this.notices.later(notice.noticeId, Math.min(3_600, 2 ** notice.tries));
  }

  /** OpenID Connect Back-Channel Logout §2.4. */
  private token({ userId, sessionId }: NoticeInHand, { id, idTokenSignedResponseAlg }: Application): string {
    const iat = this.clock.nowSeconds();
    const payload = {
      ...{ iss: this.issuer.url, sub: userId, aud: id, iat, exp: iat + lifetimeSeconds },
      ...{ jti: this.clock.newTokenId(), ...(sessionId !== null && { sid: sessionId }) },
      events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
    };
    return this.signer.jwt('logout+jwt', payload, idTokenSignedResponseAlg);
  }
}
