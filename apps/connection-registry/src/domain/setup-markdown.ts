import type { SetupResponse } from '@homerealm/contracts';

const marks = { there: 'x', missing: ' ', unknown: '?' } as const;

/** The set-up pack as a text to send to whoever looks after the tenant. */
export function setupMarkdown(displayName: string, pack: SetupResponse): string {
  const fence = (language: string, text: string) => `\`\`\`${language}\n${text}\n\`\`\``;
  const items = pack.items.map(({ item, state, says }) => `- [${marks[state]}] **${item}** (${state}) ${says}`);
  return [
    `# Set up Microsoft Entra ID for ${plain(displayName)}`,
    `Redirect URI, platform *Web*:\n\n${fence('', pack.redirectUri)}`,
    `## With the Azure CLI\n\n${fence('sh', pack.commands.join('\n'))}`,
    `## Or by hand\n\nMerge this into the app registration’s manifest:\n\n${fence('json', JSON.stringify(pack.manifest, null, 2))}`,
    `Then an administrator opens the consent link:\n\n${fence('', pack.adminConsentUrl)}`,
    `## What is there\n\n${pack.testedBy ? `As the test run of ${pack.testedBy.finishedAt} showed it.` : 'Nobody tested the connection yet.'}\n\n${items.join('\n')}`,
    '',
  ].join('\n\n');
}

/** A name as text: nothing in it is markup. */
const plain = (text: string): string =>
  text.replace(/[\s\p{Cc}]+/gu, ' ').replace(/[\\`*_{}[\]()#+\-.!|<>~&]/g, '\\$&');
