import type { Directory } from '../directory/directory.js';
import type { App, User } from '../directory/model.js';

/** A JWT carries this many groups; with one more, it carries only the marker. */
export const mostGroupsInToken = 200;

/**
 * The `groups` claim, or the overage marker. The marker's address is that of the retired Azure AD Graph, as in real
 * tokens: whoever follows it instead of building a Microsoft Graph address goes nowhere. With no group, no claim.
 */
export function groupClaims(app: App, user: User, directory: Directory): Record<string, unknown> {
  if (app.groupMembershipClaims === 'None') return {};
  const all = app.groupMembershipClaims === 'All';
  const groups = directory.groupsOf(user).filter((group) => all || group.securityEnabled);
  if (groups.length === 0) return {};
  if (groups.length <= mostGroupsInToken) return { groups: groups.map((group) => group.id) };
  const endpoint = `https://graph.windows.net/${user.tenantId}/users/${user.oid}/getMemberObjects`;
  return { _claim_names: { groups: 'src1' }, _claim_sources: { src1: { endpoint } } };
}
