import { type CustomTransportStrategy, Server } from '@nestjs/microservices';

/** The transport that brings events to controllers. Connect it with `app.get(EventsServer)` as the strategy. */
export class EventsServer extends Server implements CustomTransportStrategy {
  override transportId = Symbol('events');
  override propagatesEventHandlerErrors = true;

  listen(ready: (error?: unknown) => void): void {
    ready();
  }

  async close(): Promise<void> {}

  override on(): never {
    throw new Error('events have no client events to listen to');
  }

  override unwrap<T>(): T {
    throw new Error('the event log is not for direct use');
  }
}
