import { Logger } from '@nestjs/common';
import { SmsSender } from '../use-cases/codes/sms-sender.port.js';

/** Sends nothing and says so in the log, for development. With `showsText` the log holds the code as well. */
export class ConsoleSmsSender extends SmsSender {
  private readonly logger = new Logger('sms');

  constructor(private readonly showsText: boolean) {
    super();
  }

  async send(to: string, text: string): Promise<void> {
    if (this.showsText) this.logger.warn(`SMS to ${to}: ${text}`);
    else this.logger.log('an SMS would have been sent (SMS_PROVIDER=console)');
  }

  async close(): Promise<void> {}
}
