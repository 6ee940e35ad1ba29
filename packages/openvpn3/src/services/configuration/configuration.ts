import type { Secret } from '@ovpnkit/management';

/** One imported profile with everything that is known of it. It is never changed: see `changes.ts`. */
export type Configuration = {
  /** Of its object. */
  readonly path: string;
  readonly name: string;
  /** The uid. */
  readonly owner: number;
  /** As `formatProfile` writes it. Secret because it holds private keys. */
  readonly profile: Secret;
  /** Why no tunnel can run with the profile, in a sentence. Undefined when one can. */
  readonly problem: string | undefined;
  /** It outlives the service. */
  readonly persistent: boolean;
  /** It is gone once a backend has fetched it. */
  readonly singleUse: boolean;
  /** Nobody can change it any more, only remove it. */
  readonly sealed: boolean;
  /** Only its owner can fetch the profile, and the services. */
  readonly lockedDown: boolean;
  /** Everybody can use it. */
  readonly publicAccess: boolean;
  /** Sessions belong to the owner of the configuration, not to who starts them. */
  readonly transferOwnerSession: boolean;
  /** Data channel offload is wanted. */
  readonly dco: boolean;
  /** The uids that can use it. */
  readonly acl: readonly number[];
  readonly tags: readonly string[];
  /** In the order in which they were set. */
  readonly overrides: ReadonlyMap<string, string | boolean>;
  /** Seconds since 1970. */
  readonly imported: number;
  /** Seconds since 1970; 0 for never. */
  readonly lastUsed: number;
  /** How often a backend has fetched it. */
  readonly usedCount: number;
};

type Imported = Pick<
  Configuration,
  'path' | 'name' | 'owner' | 'profile' | 'problem' | 'persistent' | 'singleUse' | 'imported'
>;

/** As every configuration begins. */
export const newConfiguration = (imported: Imported): Configuration => ({
  ...imported,
  sealed: false,
  lockedDown: false,
  publicAccess: false,
  transferOwnerSession: false,
  dco: false,
  acl: [],
  tags: [],
  overrides: new Map(),
  lastUsed: 0,
  usedCount: 0,
});
