import { readFileSync } from 'node:fs';
import type { LocalAccount, LocalFile } from '../local-file.js';
import { AdminApi } from '../seed/admin-api.js';
import type { Say } from '../say.js';
import { Browser } from './browser.js';
import { makeConnection } from './demo-connection.js';
import { findSystem } from './find-system.js';
import { followUser, type SeenEvent } from './follow-user.js';
import { RelyingParty, type Tokens } from './relying-party.js';
import { claimsOf, showJson } from './show.js';

const say: Say = (line) => void process.stdout.write(`${line}\n`);

/**
 * `npm run demo`: makes a connection, signs the first demo account in through it, prints the tokens and the events, and
 * deletes what it made.
 * @returns the exit code
 */
export async function runDemo(args: readonly string[]): Promise<number> {
  if (args.length > 0) {
    say('npm run demo takes no options: it makes a connection, signs in through it and shows what happened.');
    return args.includes('--help') ? 0 : 2;
  }
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => controller.abort(new Error('The demo was stopped.')));
  }
  const { file, end } = await findSystem(say, controller.signal);
  try {
    await demonstrate(file, controller.signal);
    say('\nDone.');
    return 0;
  } finally {
    await end();
  }
}

async function demonstrate(file: LocalFile, signal: AbortSignal): Promise<void> {
  const [account] = file.accounts;
  if (!account) throw new Error('there is no demo account');
  const api = new AdminApi(file.urls.gateway, file.admin);
  const ca = readFileSync(file.caFile, 'utf8');
  const { connection, remove } = await makeConnection(api, file, account, ca);
  say(`\nConnection ${connection.connectionId} made and enabled; its callback is ${connection.callbackUrl}`);
  const events = await followUser(file);
  try {
    const tokens = await signIn(file, account, connection.connectionId, ca);
    showTokens(account, tokens);
    const seen = await events.until(tokens.sub, hasAll, signal);
    showEvents(seen, file);
    if (seen.some(({ type }) => type === 'UserCreated')) await deleteUser(api, file, tokens.sub);
  } finally {
    await events.close();
    await remove();
    say(`\nConnection ${connection.connectionId} deleted.`);
  }
}

/** A user that was there before stays. */
async function deleteUser(api: AdminApi, { urls }: LocalFile, userId: string): Promise<void> {
  await api.delete(`${urls.directory}/users/${userId}`);
  say(`\nUser ${userId}, made by this sign-in, deleted.`);
}

async function signIn(file: LocalFile, account: LocalAccount, connectionId: string, ca: string): Promise<Tokens> {
  const application = await RelyingParty.discover(file);
  const browser = new Browser(ca, account);
  const wishes = { connection_id: connectionId, login_hint: account.email };
  return application.signIn(wishes, (url) => browser.signIn(url, file.demoApplication.redirectUri));
}

function showTokens(account: LocalAccount, tokens: Tokens): void {
  say(`\n${account.email} is signed in, as ${tokens.sub}.`);
  showJson(say, 'ID token', claimsOf(tokens.idToken));
  showJson(say, 'access token', claimsOf(tokens.accessToken));
}

/** What one sign-in has to lead to, whatever the user was before. */
const wanted = ['UserSignedIn', 'ProfileClaimsReceived', 'GroupsSynced'];
const hasAll = (events: readonly SeenEvent[]): boolean =>
  wanted.every((type) => events.some((event) => event.type === type));

function showEvents(events: readonly SeenEvent[], file: LocalFile): void {
  say(`\n── events of this user, from ${file.kafka ? `Kafka at ${file.kafka.brokers.join(', ')}` : 'the event log'}`);
  for (const { type, topic, sequence, data } of events) {
    showJson(say, `${type} (#${sequence} on ${topic})`, data);
  }
}
