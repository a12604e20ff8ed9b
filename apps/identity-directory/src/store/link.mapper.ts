import type { Link } from '../domain/link.js';

export type LinkRow = {
  link_id: string;
  user_id: string;
  identity_id: string;
  type: string;
  connection_id: string;
  attempt_id: string;
  linked_at: Date | string;
  rule: string;
  proof: string;
  replaced: Link['replaced'];
  undone_at: Date | string | null;
  undone_user_id: string | null;
};

export const toLink = (row: LinkRow): Link => ({
  linkId: row.link_id as Link['linkId'],
  userId: row.user_id as Link['userId'],
  identityId: row.identity_id as Link['identityId'],
  type: row.type as Link['type'],
  connectionId: row.connection_id as Link['connectionId'],
  attemptId: row.attempt_id as Link['attemptId'],
  at: new Date(row.linked_at).toISOString(),
  rule: row.rule as Link['rule'],
  proof: row.proof as Link['proof'],
  replaced: row.replaced,
  undone:
    row.undone_at === null
      ? null
      : { at: new Date(row.undone_at).toISOString(), userId: row.undone_user_id as Link['userId'] },
});

export const toLinkRow = (link: Link) => ({
  link_id: link.linkId,
  user_id: link.userId,
  identity_id: link.identityId,
  type: link.type,
  connection_id: link.connectionId,
  attempt_id: link.attemptId,
  linked_at: link.at,
  rule: link.rule,
  proof: link.proof,
  replaced: link.replaced,
});
