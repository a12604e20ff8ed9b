import { fact } from '../fact.js';
import { joinAt } from '../simulated-people.js';
import type { Journey } from '../stage.js';
import { tellSignIn } from '../tell-sign-in.js';

export const google: Journey = {
  says: 'through Google, whose word is trusted, and then by email: the same user',
  play: async (stage) => {
    const ada = stage.somebody('Ada', 'Demo');
    const account = await joinAt('google', ada, stage);
    stage.afterwards(account.remove);
    fact(stage.say, 'done', `Ada signs in with Google, which says that ${ada.email} is hers.`);
    const connectionId = await stage.connectionNamed('google');
    const first = await stage.signIn({ connection_id: connectionId }, { email: ada.email, choice: account.tile });
    stage.userGoesAfterwards(first.sub);
    await tellSignIn(stage, first, [
      'UserCreated',
      'IdentityAdded',
      'IdentityAdded',
      'ProfileClaimsReceived',
      'ProfileSynced',
      'UserSignedIn',
    ]);

    stage.say('');
    fact(stage.say, 'done', 'Ada comes back without Google: she types the address, and the code from her mailbox.');
    const second = await stage.signIn({}, { email: ada.email });
    if (second.sub !== first.sub) stage.userGoesAfterwards(second.sub);
    fact(stage.say, 'same user?', second.sub === first.sub ? 'yes: the proven address is hers here too' : 'NO');
    await tellSignIn(stage, second, ['UserSignedIn']);
  },
};
