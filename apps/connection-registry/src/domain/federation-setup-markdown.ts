import type { FederationSetupResponse, SetupStep } from '@homerealm/contracts';
import { codeBlock, itemsMarkdown, plainText } from './setup-markdown.js';

/** The set-up pack of a federation as a text to send to whoever looks after the tenant. */
export function federationSetupMarkdown(displayName: string, pack: FederationSetupResponse): string {
  const steps = pack.steps.map((step, index) => `${index + 1}. ${step.says}${values(step)}`);
  return [
    `# Set up single sign-on for ${plainText(displayName)}`,
    ...[`Reply URL:`, codeBlock('', pack.replyUrl), 'Identifier:', codeBlock('', pack.identifier)],
    ...['Logout URL:', codeBlock('', pack.signOutUrl), 'Our metadata:', codeBlock('', pack.metadataUrl)],
    `## In the Entra portal\n\n${steps.join('\n')}`,
    itemsMarkdown(pack),
    '',
  ].join('\n\n');
}

/** Copied from a code span nothing changes its meaning; a text with a backtick in it is fenced by more of them. */
const values = ({ values: given }: SetupStep): string =>
  given.map(({ name, value }) => `\n   - ${plainText(name)}: ${codeSpan(value)}`).join('');

function codeSpan(text: string): string {
  const runs = [...text.matchAll(/`+/g)].map(([run]) => run.length);
  const fence = '`'.repeat(Math.max(0, ...runs) + 1);
  const room = runs.length > 0 ? ' ' : '';
  return `${fence}${room}${text.replace(/[\r\n]+/g, ' ')}${room}${fence}`;
}
