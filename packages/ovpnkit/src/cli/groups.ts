/** The heading of a group, and what the help of each of its commands adds. */
type GroupText = { readonly title: string; readonly about?: string };

/** What the commands are for, in the order of the help. */
export const groups = {
  look: { title: 'Look' },
  act: { title: 'Act' },
  share: { title: 'Share' },
  remember: { title: 'Remember' },
  try: { title: 'Try' },
  openvpn3: {
    title: 'OpenVPN 3',
    about: 'A command of OpenVPN 3: it asks the services on the system bus, ours or the deployed ones.',
  },
  services: { title: 'OpenVPN 3, its services' },
  program: { title: 'This program' },
} as const satisfies Record<string, GroupText>;

export type Group = keyof typeof groups;
