/** Hands a text message to a provider. */
export abstract class SmsSender {
  /**
   * @param to E.164
   * @throws Undeliverable when trying again is of no use; any other error when it may be
   */
  abstract send(to: string, text: string): Promise<void>;
  abstract close(): Promise<void>;
}
