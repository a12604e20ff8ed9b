/** One browser's accounts that are signed in, by object id, with the time they did. */
export type Session = { id: string; accounts: Map<string, number> };
