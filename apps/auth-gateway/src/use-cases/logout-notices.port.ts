/** A notice in hand: nobody else tries to deliver it meanwhile. */
export type NoticeInHand = {
  noticeId: string;
  applicationId: string;
  userId: string;
  sessionId: string | null;
  createdAt: Date;
  /** Tries so far, this one included. */
  tries: number;
};

/** What applications are still to be told about ended sessions. */
export abstract class LogoutNotices {
  /** Those whose time has come, at most `limit`. They come again by themselves when nothing is heard of them. */
  abstract take(limit: number): Promise<NoticeInHand[]>;
  abstract done(noticeId: string): Promise<void>;
  abstract later(noticeId: string, seconds: number): Promise<void>;
}

/** Carries a logout token to an application. */
export abstract class LogoutSender {
  /** Whether the application took it. Never throws for what an application does. */
  abstract send(uri: string, logoutToken: string): Promise<boolean>;
}
