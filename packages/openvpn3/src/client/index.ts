// The front end's side of OpenVPN 3: it talks to the services on the bus, whoever's they are. A tunnel in ten lines:
//
//   import { connect } from '@ovpnkit/dbus';
//   import { Secret } from '@ovpnkit/management';
//   import { configurations, sessions } from '@ovpnkit/openvpn3';
//
//   const bus = await connect();
//   const office = await configurations(bus).import('office', profileText, { singleUse: true });
//   const session = await sessions(bus).start(office);
//   await session.answer({ username: 'alice', password: new Secret(password) });
//   await session.connect();
//   for await (const { minor, message } of session.statusChanges) {
//     console.log(minor, message);                                        // CONN_CONNECTING, CONN_CONNECTED …
//     if (minor === 'CFG_REQUIRE_USER') console.log(await session.needs()); // it asks for more, such as a code
//   }
export { type Configuration, overrideValues } from './configuration.ts';
export { type Configurations, configurations, type ImportOptions } from './configurations.ts';
export { logText, statusText } from './event-text.ts';
export { inlineFiles } from './inline-files.ts';
export { isMissingInput } from './missing-input.ts';
export type { ConnectedTo, Session } from './session.ts';
export type { EventOptions, SessionEvent } from './session-events.ts';
export { SessionStartError, type StartOptions } from './session-start.ts';
export { type Sessions, sessions } from './sessions.ts';
export type { Answers, UserInputNeed } from './user-input.ts';
