/** What an application says once -> what every call needs. */
import {
  type ClientSettings,
  checkApis,
  checkServerMetadata,
  type IdTokenClaims,
  invalidSetting,
  type Refusal,
  type ServerMetadata,
  SIGNING_ALGORITHMS,
  wellKnownUrls,
  wrongSettingOf,
} from '@proofkey/core';
import type { ClaimsSchema } from './claims-schema.ts';
import { ProofkeyError } from './error.ts';

/** What never changes while the client lives: the server, the client id, and what every login asks for. */
export type Settings<User = IdTokenClaims> = CommonSettings<User> &
  (
    | {
        /** The metadata itself: nothing is fetched. */
        readonly server: ServerMetadata;
        readonly issuer?: undefined;
        readonly vendorLogoutEndpoint?: undefined;
      }
    | {
        /** Letter for letter as the server writes it. Its metadata is fetched when it is needed. */
        readonly issuer: string;
        readonly server?: undefined;
        /** Where to log out at a vendor whose metadata names no such address, as `https://tenant.example/v2/logout`. */
        readonly vendorLogoutEndpoint?: string | undefined;
      }
  );

/** @typeParam User what `claimsSchema` makes of the claims of a person */
export interface CommonSettings<User = IdTokenClaims> extends ClientSettings {
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
  /** Any Standard Schema: what it makes of the claims of the ID Token is `user`; what it refuses logs nobody in. */
  readonly claimsSchema?: ClaimsSchema<User> | undefined;
}

/**
 * A copy, checked as it will be used: whatever happens to the original changes nothing.
 *
 * @throws ProofkeyError `invalid_settings`, `invalid_issuer`, or what `checkServerMetadata` refuses
 */
export function keptSettings<User>(given: Settings<User>): Settings<User> {
  // Named one by one, so that members of a prototype come along.
  const { clientId, clockTolerance, trustedAudiences, signingAlgorithms, maxIdTokenAge } = given;
  const {
    issuer,
    server,
    vendorLogoutEndpoint,
    scope,
    audience,
    resource,
    organization,
    connection,
    apis,
    claimsSchema,
  } = given;
  const checks = { clockTolerance, trustedAudiences, signingAlgorithms, maxIdTokenAge };
  const asked = { scope, audience, resource, organization, connection, apis };
  const own = copied({ clientId, issuer, vendorLogoutEndpoint, ...checks, ...asked });
  const kept = { ...own, claimsSchema, server: server && copied(server) } as Settings<User>;
  const wrong = checkSettings(kept);
  if (wrong) throw new ProofkeyError(wrong.failure);
  return kept;
}

/** Its lists, too: somebody may still hold them. */
const copied = <Members extends object>(members: Members): Members =>
  Object.fromEntries(
    Object.entries(members).map(([name, value]) => [name, Array.isArray(value) ? [...value] : value]),
  ) as Members;

function checkSettings({ claimsSchema, ...settings }: Settings<unknown>): Refusal | undefined {
  const { issuer, server, vendorLogoutEndpoint, scope, apis = [], signingAlgorithms: algorithms } = settings;
  const name = wrongSettingOf(settings);
  const wrong = name === undefined ? checkApis(apis) : invalidSetting(name);
  if (wrong) return wrong;
  // What each name may hold is checked with every login.
  if (!Array.isArray(scope)) return invalidSetting('scope');
  if (claimsSchema !== undefined && typeof claimsSchema?.['~standard']?.validate !== 'function')
    return invalidSetting('claimsSchema');
  if (server !== undefined && issuer !== undefined) return invalidSetting('issuer and server');
  // What nobody verifies would be refused by every login, and only after its code was spent.
  if (algorithms && !(algorithms[0] && algorithms.every((name) => SIGNING_ALGORITHMS.test(name))))
    return invalidSetting('signingAlgorithms');
  if (server !== undefined) {
    const silent = scope.includes('openid') && server?.jwksUri === undefined;
    return checkServerMetadata(server) ?? (silent ? invalidSetting('server.jwksUri') : undefined);
  }
  const urls = wellKnownUrls(issuer as string);
  if (!urls.ok) return urls;
  // Checked as metadata is, by an issuer with endpoints that nobody asks.
  const own = { issuer: issuer as string, authorizationEndpoint: issuer as string, tokenEndpoint: issuer as string };
  return vendorLogoutEndpoint === undefined ? undefined : checkServerMetadata({ ...own, vendorLogoutEndpoint });
}

export const issuerOf = ({ issuer, server }: Settings<unknown>): string => server?.issuer ?? (issuer as string);
