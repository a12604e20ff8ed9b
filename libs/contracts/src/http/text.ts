import { normalizeDomainName } from '@homerealm/domain';
import { z } from 'zod';

/** Text that people read: no control characters, no lone surrogates, nothing that turns the direction of writing. */
export const readableText = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .refine(
      (text) => !/[\p{Cc}\p{Cs}\u202A-\u202E\u2066-\u2069]/u.test(text),
      'Contains characters that cannot be shown.',
    );

/** A domain name, brought into the one form we store. */
export const domainName = z
  .string()
  .max(300)
  .refine((text) => normalizeDomainName(text) !== undefined, 'Expected a domain name such as contoso.example.')
  .overwrite((text) => normalizeDomainName(text) ?? text);

/** The picture of a person: an https address, or a small image in a `data:` address. */
export const pictureAddress = z
  .string()
  .max(90_000)
  .regex(/^(https:\/\/[^\s]{1,2048}|data:image\/(png|jpeg|gif|webp);base64,[A-Za-z0-9+/=]+)$/, {
    error: 'Expected an https address, or a data: address of a PNG, JPEG, GIF or WebP image.',
  });
