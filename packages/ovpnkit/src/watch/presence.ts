/** Whether the daemon can be reached. */
export type Presence =
  | { readonly type: 'here' }
  | { readonly type: 'silent'; readonly since: Date }
  | { readonly type: 'away'; readonly since: Date; readonly problem: string; readonly attempts: number };
