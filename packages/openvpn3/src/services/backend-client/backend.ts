import type { Bus } from '@ovpnkit/dbus';
import { Secret } from '@ovpnkit/management';
import type { Dialect } from '../../contract/dialect.ts';
import { glibError } from '../../contract/errors.ts';
import { HIGHEST_LOG_LEVEL } from '../../contract/log.ts';
import { UNKNOWN_PATH } from '../../contract/names.ts';
import { checkDirectives } from '../../tunnel/profile/check-directives.ts';
import { formatConfiguration } from '../../tunnel/profile/daemon-configuration.ts';
import { applyOverrides, type Settings } from '../../tunnel/profile/overrides.ts';
import { type Profile, parseProfile } from '../../tunnel/profile/parse-profile.ts';
import { ProfileError } from '../../tunnel/profile/profile-error.ts';
import { type Requirements, requirementsOf } from '../../tunnel/profile/requirements.ts';
import { createTunnel, type Tunnel } from '../../tunnel/tunnel.ts';
import type { Announcer } from './announcer.ts';
import type { BackendOptions } from './options.ts';
import { assignSession, type FetchedConfiguration, fetchConfiguration } from './registration.ts';
import { createTunnelNetwork, type TunnelNetwork } from './tunnel-network.ts';

/** The one session of a backend process: a tunnel with its configuration. */
export type Backend = {
  readonly tunnel: Tunnel;
  readonly network: TunnelNetwork;
  /** Gives the configuration's name. Rejects with the DBusError that the session manager gets. */
  confirm(token: string, sessionPath: string | undefined, configPath: string): Promise<string>;
  /** Tells the log service whose lines ours are, as soon as that is known; again when there is another log service. */
  assign(): void;
  readonly sessionPath: string;
  /** Whether data channel offload is wanted; once the tunnel is up, whether it is so. */
  dco: boolean;
  /** Resolves when nothing of the tunnel is left in the system. */
  settled(): Promise<void>;
};

export type BackendHost = {
  readonly bus: Bus;
  readonly dialect: Dialect;
  readonly announcer: Announcer;
  /** The log service knows us. */
  readonly attached: () => Promise<void>;
  releaseName(): void;
  exit(): void;
};

type Prepared = {
  readonly profile: Profile;
  readonly settings: Settings;
  readonly requirements: Requirements;
};

export function createBackend(options: BackendOptions, host: BackendHost): Backend {
  const { bus, announcer } = host;
  let sessionPath = UNKNOWN_PATH;
  let confirming = false;
  let prepared: Prepared | undefined;
  let dco = false;

  const network = createTunnelNetwork(bus, options.token, announcer.log);
  const tunnel = createTunnel({
    token: options.token,
    dialect: host.dialect,
    program: options.openvpn,
    configuration(managementSocket) {
      if (!prepared) throw new Error('a daemon is started after the registration');
      return configurationOf(prepared, managementSocket);
    },
    host: {
      ...announcer,
      deviceUp: (device, env) => network.up(device, env, prepared?.settings),
      deviceDown: () => network.down(),
      releaseName: host.releaseName,
      exit: host.exit,
    },
  });

  async function confirm(token: string, session: string | undefined, configPath: string): Promise<string> {
    if (confirming || tunnel.state.phase.type !== 'unregistered')
      throw glibError('registration', 'Backend service is already registered');
    // Overwritten even when the token is wrong, as deployed programs have it.
    sessionPath = session ?? sessionPath;
    if (token !== options.token) throw glibError('registration', 'Invalid registration token');
    confirming = true;
    void assignToLog();
    let configuration: FetchedConfiguration;
    try {
      configuration = await fetchConfiguration(bus, configPath);
    } catch (error) {
      throw noConfiguration(configPath, error);
    }
    await register(configPath, configuration);
    return configuration.name;
  }

  /** Best effort: without it, the log service does not know whose lines these are. */
  async function assignToLog(): Promise<void> {
    if (!confirming || sessionPath === UNKNOWN_PATH) return;
    try {
      await host.attached();
      await assignSession(bus, sessionPath);
    } catch (error) {
      announcer.log('WARN', `The log service did not take the session: ${messageOf(error)}`);
    }
  }

  function noConfiguration(configPath: string, error: unknown): Error {
    const text = `Configuration profile ${configPath} could not be fetched: ${messageOf(error)}`;
    announcer.log('FATAL', `Failed to initialize client: ${text}`);
    host.releaseName();
    host.exit();
    return glibError('request', text);
  }

  async function register(configPath: string, fetched: FetchedConfiguration): Promise<void> {
    try {
      prepared = prepare(fetched);
    } catch (error) {
      if (!(error instanceof ProfileError)) throw error;
      return tunnel.call({ type: 'refuse-profile', configPath, text: error.message });
    }
    const { settings, requirements } = prepared;
    dco = fetched.dco;
    announcer.logLevel = Math.min(
      settings.logLevel ?? requirements.verb ?? announcer.logLevel,
      HIGHEST_LOG_LEVEL,
    );
    for (const text of settings.notApplied) announcer.log('WARN', text);
    const proxy = settings.httpProxyCredentials ?? requirements.httpProxyCredentials;
    return tunnel.call({
      type: 'register',
      configPath,
      sessionPath,
      requirements: {
        userPassword: requirements.userPassword || requirements.credentials !== undefined,
        staticChallenge: requirements.staticChallenge,
        encryptedKey: requirements.encryptedKey,
        httpProxy: proxy !== undefined,
        dnsScope: settings.dnsScope ?? 'global',
      },
      answers: answersOf(requirements.credentials, proxy),
    });
  }

  function configurationOf({ profile, settings, requirements }: Prepared, managementSocket: string): string {
    return formatConfiguration(profile, {
      managementSocket,
      dco: dco && !requirements.dcoRefused,
      pkcs11Providers: options.pkcs11Providers,
      legacyAlgorithms: settings.legacyAlgorithms,
    });
  }

  function prepare(fetched: FetchedConfiguration): Prepared {
    const { profile, settings } = applyOverrides(parseProfile(fetched.profile), fetched.overrides);
    for (const { directive, reason } of checkDirectives(profile).ignored)
      announcer.log(
        'VERB1',
        `Line ${directive.line} of the profile: '${directive.name}' is left out, ${reason}`,
      );
    const all = { profile, settings, requirements: requirementsOf(profile) };
    configurationOf(all, '/socket'); // what cannot be written for the daemon is refused now
    return all;
  }

  return {
    tunnel,
    network,
    confirm,
    assign: () => void assignToLog(),
    get sessionPath() {
      return sessionPath;
    },
    get dco() {
      return tunnel.device ? tunnel.offloaded : dco;
    },
    set dco(wanted) {
      announcer.log('VERB1', `Session Manager change: DCO ${wanted ? 'enabled' : 'disabled'}`);
      if (wanted === dco) return;
      dco = wanted;
      tunnel.input({ type: 'set-dco' });
    },
    settled: network.settled,
  };
}

type ProfileCredentials = { readonly username: string; readonly password: Secret | undefined };

/** What the profile itself answers, by the names of the queue's entries. */
function answersOf(
  user: ProfileCredentials | undefined,
  proxy: ProfileCredentials | undefined,
): ReadonlyMap<string, Secret> {
  const answers = new Map<string, Secret>();
  const add = (name: string, value: Secret | undefined): void => {
    if (value) answers.set(name, value);
  };
  add('username', user && new Secret(user.username));
  add('password', user?.password);
  add('http_proxy_user', proxy && new Secret(proxy.username));
  add('http_proxy_pass', proxy?.password);
  return answers;
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
