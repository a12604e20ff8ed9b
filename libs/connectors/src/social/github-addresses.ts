/** Where GitHub is spoken to. */
export type GithubAddresses = { authorize: string; token: string; user: string; emails: string };

/** github.com has its API on a host of its own; an enterprise server has it below `/api/v3`. */
export function githubAddresses(issuer: string): GithubAddresses {
  const base = issuer.replace(/\/$/, '');
  const api = base === 'https://github.com' ? 'https://api.github.com' : `${base}/api/v3`;
  return {
    authorize: `${base}/login/oauth/authorize`,
    token: `${base}/login/oauth/access_token`,
    user: `${api}/user`,
    emails: `${api}/user/emails?per_page=100`,
  };
}
