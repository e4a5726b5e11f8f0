/** What an application says once -> what every call needs. */
import {
  type ClientSettings,
  checkApis,
  checkClientSettings,
  checkServerMetadata,
  type LoginOptions,
  metadataRequest,
  type Refusal,
  refusalOf,
  type ServerMetadata,
} from '@proofkey/core';
import { ProofkeyError } from './error.ts';

/** What never changes while the client lives: the server, the client id, and what every login asks for. */
export type Settings = ClientSettings &
  (
    | {
        /** Letter for letter as the server writes it. Its metadata is fetched when it is needed. */
        readonly issuer: string;
        readonly server?: undefined;
      }
    | {
        /** The metadata itself: nothing is fetched. */
        readonly server: ServerMetadata;
        readonly issuer?: undefined;
      }
  ) &
  Pick<LoginOptions, 'scope'> &
  Partial<Pick<LoginOptions, 'audience' | 'resource' | 'organization' | 'connection'>> & {
    /** Origins that `fetch` sends the access token to, such as `https://api.example.com`; none when absent. */
    readonly apis?: readonly string[];
  };

/**
 * A copy, so that nothing that was checked changes afterwards.
 *
 * @throws ProofkeyError `invalid_settings`, `invalid_issuer`, or what `checkServerMetadata` refuses
 */
export function keptSettings(settings: Settings): Settings {
  const wrong = checkSettings(settings);
  if (wrong) throw new ProofkeyError(wrong.failure);
  const { server, apis } = settings;
  return { ...settings, ...(server && { server: { ...server } }), ...(apis && { apis: [...apis] }) } as Settings;
}

function checkSettings(settings: Settings): Refusal | undefined {
  const { issuer, server, apis = [] } = settings;
  const wrong = checkClientSettings(settings) ?? checkApis(apis);
  if (wrong) return wrong;
  if (server !== undefined && issuer !== undefined) return refusalOf('misuse', 'invalid_settings', 'fix_configuration');
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
