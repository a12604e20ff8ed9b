import type { Admin, Kafka } from 'kafkajs';
import { backoff, pause } from '../core/backoff.js';

const idle = 3000;

/** Shares one admin connection among those who ask at about the same time, and closes it when nobody asks any more. */
export class AdminDoor {
  private admin: Promise<Admin> | undefined;
  private users = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly kafka: Kafka) {}

  /** @param work may run again, when the connection knew an old state of the cluster */
  async use<T>(work: (admin: Admin) => Promise<T>): Promise<T> {
    this.users++;
    clearTimeout(this.timer);
    try {
      return await this.tryToUse(work);
    } finally {
      if (--this.users === 0) {
        this.timer = setTimeout(() => void this.close(), idle);
        this.timer.unref();
      }
    }
  }

  async close(): Promise<void> {
    clearTimeout(this.timer);
    const { admin } = this;
    this.admin = undefined;
    await admin?.then((open) => open.disconnect()).catch(() => {});
  }

  private async tryToUse<T>(work: (admin: Admin) => Promise<T>): Promise<T> {
    for (let tries = 0; ; tries++) {
      const admin = (this.admin ??= this.open());
      try {
        return await work(await admin);
      } catch (error) {
        if (!(error instanceof Error) || !error.name.startsWith('KafkaJS')) throw error;
        if (this.admin === admin) await this.close();
        const mayPass = 'retriable' in error && error.retriable === true;
        if (!mayPass || tries === 4) throw error;
        await pause(backoff(tries, 50, 1000));
      }
    }
  }

  private async open(): Promise<Admin> {
    const admin = this.kafka.admin();
    await admin.connect();
    return admin;
  }
}
