import {
  createProviderCache,
  type KnownProvider,
  type ProviderCache,
  type ProviderCacheOptions,
} from '../provider-cache.js';
import { metadataUrl, readMetadata, type ProviderMetadata, type ProviderPlace } from './provider-metadata.js';
import { readSigningKeys, type SigningKeys } from './signing-keys.js';

export type Provider = KnownProvider<ProviderPlace, ProviderMetadata, SigningKeys>;
export type Providers = ProviderCache<ProviderPlace, ProviderMetadata, SigningKeys>;

/** Entra's tenants, as they publish themselves. */
export const createProviders = (options: ProviderCacheOptions): Providers =>
  createProviderCache({ metadataUrl, readMetadata, readKeys: readSigningKeys }, options);
