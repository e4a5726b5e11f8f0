/** What an application says once -> what every call needs. */
import {
  type ClientSettings,
  checkApis,
  checkServerMetadata,
  invalidSetting,
  type LoginOptions,
  metadataRequest,
  type Refusal,
  type ServerMetadata,
  wrongSettingOf,
} from '@proofkey/core';
import { ProofkeyError } from './error.ts';

/** What never changes while the client lives: the server, the client id, and what every login asks for. */
export type Settings = CommonSettings &
  (
    | {
        /** The metadata itself: nothing is fetched. */
        readonly server: ServerMetadata;
        readonly issuer?: undefined;
      }
    | {
        /** Letter for letter as the server writes it. Its metadata is fetched when it is needed. */
        readonly issuer: string;
        readonly server?: undefined;
      }
  );

export interface CommonSettings extends ClientSettings {
  /** What every login asks for, such as `['openid', 'profile']`. */
  readonly scope: readonly string[];
  /** The API that access tokens are for, where the server has that parameter. */
  readonly audience?: string | undefined;
  /** The same by RFC 8707. */
  readonly resource?: readonly string[] | undefined;
  readonly organization?: string | undefined;
  /** Which way of logging in the server offers first, where it has that parameter. */
  readonly connection?: string | undefined;
  /** Origins that `fetch` sends the access token to, such as `https://api.example.com`; none when absent. */
  readonly apis?: readonly string[] | undefined;
}

/**
 * A copy, checked as it will be used: whatever happens to the original changes nothing.
 *
 * @throws ProofkeyError `invalid_settings`, `invalid_issuer`, or what `checkServerMetadata` refuses
 */
export function keptSettings(given: Settings): Settings {
  // Named one by one, so that members of a prototype come along.
  const { clientId, clockTolerance, trustedAudiences, signingAlgorithms, maxIdTokenAge } = given;
  const { issuer, server, scope, audience, resource, organization, connection, apis } = given;
  const checks = { clockTolerance, trustedAudiences, signingAlgorithms, maxIdTokenAge };
  const asked = { scope, audience, resource, organization, connection, apis };
  const kept = { ...copied({ clientId, issuer, ...checks, ...asked }), server: server && copied(server) } as Settings;
  const wrong = checkSettings(kept);
  if (wrong) throw new ProofkeyError(wrong.failure);
  return kept;
}

/** Its lists, too: somebody may still hold them. */
const copied = <Members extends object>(members: Members): Members =>
  Object.fromEntries(
    Object.entries(members).map(([name, value]) => [name, Array.isArray(value) ? [...value] : value]),
  ) as Members;

function checkSettings(settings: Settings): Refusal | undefined {
  const { issuer, server, scope, apis = [] } = settings;
  const name = wrongSettingOf(settings);
  const wrong = name === undefined ? checkApis(apis) : invalidSetting(name);
  if (wrong) return wrong;
  // What each name may hold is checked with every login.
  if (!Array.isArray(scope)) return invalidSetting('scope');
  if (server !== undefined && issuer !== undefined) return invalidSetting('issuer and server');
  if (server !== undefined) return checkServerMetadata(server);
  const request = metadataRequest(issuer as string);
  return request.ok ? undefined : request;
}

export const issuerOf = ({ issuer, server }: Settings): string => server?.issuer ?? (issuer as string);

/** What every login asks for when it says nothing else. */
export const defaultsOf = ({ scope, audience, resource, organization, connection }: Settings): Partial<LoginOptions> =>
  given({ scope, audience, resource, organization, connection });

/** What is undefined or empty was not given. */
export const given = (members: object): Record<string, unknown> =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => (value ?? '') !== ''));
