import { createDatabase } from '@homerealm/testing';
import { DataSource } from 'typeorm';
import { providerEntities, providerMigrations } from './provider-entities.js';

describe('the provider’s tables', () => {
  it('are what the entities say', async () => {
    const url = await createDatabase('provider_schema');
    const source = await new DataSource({
      type: 'postgres',
      url,
      entities: providerEntities,
      migrations: providerMigrations,
    }).initialize();
    try {
      await source.runMigrations();
      const { upQueries } = await source.driver.createSchemaBuilder().log();
      expect(upQueries.map(({ query }) => query)).toEqual([]);
    } finally {
      await source.destroy();
    }
  });
});
