import type { Dialect } from './dialect.ts';

export const ClientAttentionType = {
  UNSET: 0,
  CREDENTIALS: 1,
  PKCS11: 2,
  ACCESS_PERM: 3,
} as const;

/** As deployed programs number them. The documentation lacks CHALLENGE_AUTH_PENDING, see {@link attentionGroup}. */
export const ClientAttentionGroup = {
  UNSET: 0,
  USER_PASSWORD: 1,
  HTTP_PROXY_CREDS: 2,
  PK_PASSPHRASE: 3,
  CHALLENGE_STATIC: 4,
  CHALLENGE_DYNAMIC: 5,
  CHALLENGE_AUTH_PENDING: 6,
  PKCS11_SIGN: 7,
  PKCS11_DECRYPT: 8,
  OPEN_URL: 9,
} as const;

export type AttentionType = keyof typeof ClientAttentionType;
export type AttentionGroup = keyof typeof ClientAttentionGroup;

const documented: Readonly<Partial<Record<AttentionGroup, number>>> = {
  // A question of the server during the connection is, to a program that knows the documentation, a dynamic challenge.
  CHALLENGE_AUTH_PENDING: 5,
  PKCS11_SIGN: 6,
  PKCS11_DECRYPT: 7,
  OPEN_URL: 8,
};

/** The number of a group in a dialect. */
export const attentionGroup = (group: AttentionGroup, dialect: Dialect): number =>
  (dialect === 'documented' ? documented[group] : undefined) ?? ClientAttentionGroup[group];
