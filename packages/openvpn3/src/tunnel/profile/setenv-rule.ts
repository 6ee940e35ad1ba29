import type { Rule } from './directives.ts';

/**
 * What a profile may do with `setenv NAME`. The daemon hands its environment to the programs that it runs, so nothing gets
 * there but what the daemon reads itself or sends to the server.
 */
export function setenvRule(name: string | undefined): Rule {
  switch (name) {
    case undefined:
    case 'opt':
      return { action: 'refuse', reason: 'it says nothing' };
    case 'GENERIC_CONFIG':
      return {
        action: 'refuse',
        reason: 'the profile is for any user of a server; get one of your own from it',
      };
    case 'FORWARD_COMPATIBLE':
      return { action: 'allow', usage: 'FORWARD_COMPATIBLE 0|1', inline: false };
    case 'PUSH_PEER_INFO':
    case 'REMOTE_RANDOM_HOSTNAME':
      return { action: 'allow', usage: `${name} TEXT?`, inline: false };
    case 'SERVER_POLL_TIMEOUT':
      return { action: 'allow', usage: `${name} NUMBER`, inline: false };
    default:
      return /^UV_\w+$/.test(name)
        ? { action: 'allow', usage: 'NAME TEXT?', inline: false }
        : {
            action: 'ignore',
            usage: 'TEXT...',
            inline: false,
            reason: 'it is for programs that openvpn would run, and none runs',
          };
  }
}
