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
 * A copy, so that nothing that was checked changes afterwards.
 *
 * @throws ProofkeyError `invalid_settings`, `invalid_issuer`, or what `checkServerMetadata` refuses
 */
export function keptSettings(given: Settings): Settings {
  const wrong = checkSettings(given);
  if (wrong) throw new ProofkeyError(wrong.failure);
  const { server } = given;
  return { ...copied(given), ...(server && { server: copied(server) }) } as Settings;
}

/** Its lists, too: somebody may still hold them. */
const copied = <Members extends object>(members: Members): Members =>
  Object.fromEntries(
    Object.entries(members).map(([name, value]) => [name, Array.isArray(value) ? [...value] : value]),
  ) as Members;

function checkSettings(settings: Settings): Refusal | undefined {
  const { issuer, server, apis = [] } = settings;
  const name = wrongSettingOf(settings);
  const wrong = name === undefined ? checkApis(apis) : invalidSetting(name);
  if (wrong) return wrong;
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
