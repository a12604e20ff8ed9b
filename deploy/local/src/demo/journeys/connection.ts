import type { LocalAccount, LocalFile } from '../../local-file.js';
import { companies } from '../../seed/companies.js';
import { makeConnection } from '../demo-connection.js';
import type { SeenEvent } from '../follow-user.js';
import type { Tokens } from '../relying-party.js';
import { claimsOf, showJson } from '../show.js';
import type { Journey, Stage } from '../stage.js';

export const connection: Journey = {
  says: 'a new connection, one sign-in through it, all tokens and events',
  play: async (stage) => {
    const { file, say, events, signal } = stage;
    const [account] = file.accounts;
    if (!account) throw new Error('there is no demo account');
    const { connectionId, callbackUrl } = await connect(stage, account);
    say(`\nConnection ${connectionId} made and enabled; its callback is ${callbackUrl}`);
    const tokens = await stage.signIn({ connection_id: connectionId, login_hint: account.email }, account);
    showTokens(stage, account, tokens);
    const seen = await events.until(tokens.sub, hasAll, signal);
    showEvents(stage, seen, file);
    // A user that was there before stays.
    if (seen.some(({ type }) => type === 'UserCreated')) {
      stage.afterwards(async () => {
        await stage.api.delete(`${file.urls.directory}/users/${tokens.sub}`);
        say(`\nUser ${tokens.sub}, made by this sign-in, deleted.`);
      });
    }
  },
};

/** A connection of the account's company. */
async function connect(stage: Stage, account: LocalAccount) {
  const company = companies.find(({ name }) => name === account.company);
  if (!company) throw new Error(`there is no company ${account.company}`);
  const made = await makeConnection(stage, company, {
    displayName: `${company.name} (npm run demo)`,
    organizationId: account.orgCode,
    entraDomain: company.tenantId,
    clientId: company.app.clientId,
    clientSecret: company.app.secret,
    autoJoinOrganization: true,
    getUserGroups: true,
    extendedProfile: true,
  });
  stage.afterwards(async () => {
    await made.remove();
    stage.say(`\nConnection ${made.connection.connectionId} deleted.`);
  });
  return made.connection;
}

function showTokens({ say }: Stage, account: LocalAccount, tokens: Tokens): void {
  say(`\n${account.email} is signed in, as ${tokens.sub}.`);
  showJson(say, 'ID token', claimsOf(tokens.idToken));
  showJson(say, 'access token', claimsOf(tokens.accessToken));
}

/** What one sign-in has to lead to, whatever the user was before. */
const wanted = ['UserSignedIn', 'ProfileClaimsReceived', 'GroupsSynced'];
const hasAll = (events: readonly SeenEvent[]): boolean =>
  wanted.every((type) => events.some((event) => event.type === type));

function showEvents({ say }: Stage, events: readonly SeenEvent[], file: LocalFile): void {
  say(`\n── events of this user, from ${file.kafka ? `Kafka at ${file.kafka.brokers.join(', ')}` : 'the event log'}`);
  for (const { type, topic, sequence, data } of events) showJson(say, `${type} (#${sequence} on ${topic})`, data);
}
