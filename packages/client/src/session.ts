/** Stored session -> access token, user information, calls to an API. RFC 6750; OpenID Connect Core, section 5.3. */
import {
  type AccessTokenRequest,
  apiOf,
  type Failure,
  locate,
  readUserinfoResponse,
  refusalOf,
  resourceAuthorization,
  resourceFailureOf,
  type Session,
  type TokenSet,
  tokenSetFor,
  type UserInfo,
  userinfoRequest,
} from '@proofkey/core';
import type { UserOf } from './claims-schema.ts';
import { ProofkeyError, valueIn } from './error.ts';
import type { Freshness } from './freshness.ts';
import type { Ports } from './ports.ts';
import type { Owner, Records } from './records.ts';
import { ask } from './request.ts';
import type { Server } from './server.ts';
import type { Settings } from './settings.ts';
import type { Snapshots } from './snapshot.ts';
import { sent, type Tell } from './step.ts';

/** Everything that the parts of one client share. */
export type Context = {
  readonly settings: Settings<unknown>;
  readonly ports: Ports;
  readonly records: Records;
  readonly snapshots: Snapshots;
  readonly freshness: Freshness;
  readonly userOf: UserOf;
  readonly owner: Owner;
  readonly tell: Tell;
  readonly server: Server;
};

type Subject = Session['sub'];

/** The part of a `Response` that is looked at. */
export type ResponseLike = { readonly status: number; readonly headers: { get(name: string): string | null } };

export type SessionCalls = {
  accessToken(request?: AccessTokenRequest): Promise<string>;
  userinfo(): Promise<UserInfo>;
  fetch(input: unknown, init?: unknown): Promise<unknown>;
  challengeIn(response: ResponseLike): Failure | undefined;
};

export function sessionCalls({ settings, ports, snapshots, freshness, userOf, tell, server }: Context): SessionCalls {
  /** An API may echo the token that it was sent, and nobody may read it in a failure. */
  const sentWith = new WeakMap<object, string>();

  /** A token that is fresh, and whose it is. Whoever refreshes one that is not will do it here. */
  async function usable(wanted: AccessTokenRequest): Promise<{ readonly tokenSet: TokenSet; readonly sub: Subject }> {
    const found = await snapshots.follow();
    // A person whom the application would not take gets no token either.
    if (found.status === 'present') await userOf(found.session);
    const tokenSet = valueIn(tokenSetFor(found, wanted, freshness.now(found)));
    return { tokenSet, sub: found.status === 'present' ? found.session.sub : null };
  }

  return {
    accessToken: async (request = {}) => (await usable(apiOf(request, settings))).tokenSet.accessToken,

    async userinfo() {
      const { tokenSet, sub } = await usable(settings);
      const { accessToken } = tokenSet;
      const request = valueIn(userinfoRequest(await server.metadata(), sub, accessToken));
      return ask(ports, tell, 'userinfo', request, (response) => readUserinfoResponse(response, sub, accessToken));
    },

    async fetch(input, init) {
      const request = ports.resourceFetch.prepare(input, init);
      const { tokenSet } = await usable(settings);
      const authorization = valueIn(resourceAuthorization(settings.apis ?? [], request.url, tokenSet));
      tell(sent('api', request));
      const response = await request.send(authorization);
      sentWith.set(response, tokenSet.accessToken);
      tell({ type: 'response_received', purpose: 'api', status: response.status });
      return response;
    },

    challengeIn: (response) => {
      if (typeof response?.headers?.get !== 'function')
        throw new ProofkeyError(locate(NO_RESPONSE, { at: 'response' }));
      const challenge = response.headers.get('www-authenticate');
      return resourceFailureOf({ status: response.status, challenge }, [sentWith.get(response)]);
    },
  };
}

const { failure: NO_RESPONSE } = refusalOf('misuse', 'invalid_parameter', 'fix_configuration');
