import type { CodeMessage } from '../../domain/own-sign-in/code-message.js';

export type Channel = CodeMessage['channel'];

/** Takes codes to people, in the background: how long that takes, and whether there is anybody, shows nowhere. */
export abstract class Courier {
  /** The ways this deployment can send on. */
  abstract readonly channels: ReadonlySet<Channel>;
  /** @param find the message, or null when it turns out that there is nobody to send it to */
  abstract deliver(channel: Channel, find: () => Promise<CodeMessage | null>): void;
}
