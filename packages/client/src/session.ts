/** Stored session -> access token, user information, calls to an API, logout. RFC 6750; OpenID Connect Core, 5.3. */
import {
  type AccessTokenRequest,
  apiOf,
  readUserinfoResponse,
  refusalOf,
  resourceAuthorization,
  type ServerMetadata,
  type Session,
  type TokenSet,
  tokenSetFor,
  type UserInfo,
  userinfoRequest,
} from '@proofkey/core';
import { attempt, valueIn } from './error.ts';
import type { AbortSignalLike, Ports } from './ports.ts';
import type { Records } from './records.ts';
import { ask } from './request.ts';
import type { Settings } from './settings.ts';
import type { Snapshots } from './snapshot.ts';
import { sent, type Tell } from './step.ts';

/** Everything that the parts of one client share. */
export type Context = {
  readonly settings: Settings;
  readonly ports: Ports;
  readonly records: Records;
  readonly snapshots: Snapshots;
  readonly tell: Tell;
  server(cancel?: AbortSignalLike): Promise<ServerMetadata>;
};

type Subject = Session['sub'];

export type SessionCalls = {
  accessToken(request?: AccessTokenRequest): Promise<string>;
  userinfo(): Promise<UserInfo>;
  fetch(input: unknown, init?: unknown): Promise<unknown>;
  logout(): Promise<void>;
};

export function sessionCalls({ settings, ports, records, snapshots, tell, server }: Context): SessionCalls {
  /** A token that is fresh, and whose it is. Whoever refreshes one that is not will do it here. */
  async function usable(wanted: AccessTokenRequest): Promise<{ readonly tokenSet: TokenSet; readonly sub: Subject }> {
    const found = await snapshots.follow();
    const tokenSet = valueIn(tokenSetFor(found, wanted, ports.clock.now()));
    return { tokenSet, sub: found.status === 'present' ? found.session.sub : null };
  }

  return {
    accessToken: async (request = {}) => (await usable(apiOf(request, settings))).tokenSet.accessToken,

    async userinfo() {
      const { tokenSet, sub } = await usable(settings);
      const { accessToken } = tokenSet;
      const request = valueIn(userinfoRequest(await server(), sub, accessToken));
      return ask(ports, tell, 'userinfo', request, (response) => readUserinfoResponse(response, sub, accessToken));
    },

    async fetch(input, init) {
      const request = ports.resourceFetch.prepare(input, init);
      const { tokenSet } = await usable(settings);
      const authorization = valueIn(resourceAuthorization(settings.apis ?? [], request.url, tokenSet));
      tell(sent('api', request));
      const response = await request.send(authorization);
      tell({ type: 'response_received', purpose: 'api', status: response.status });
      return response;
    },

    async logout() {
      try {
        await attempt(UNWRITABLE, () => records.forgetSession());
        tell({ type: 'logged_out' });
      } catch (error) {
        // A session that was only in memory has ended all the same.
        await snapshots.follow().catch(() => {});
        throw error;
      }
      // Asked, not concluded: a login may have ended meanwhile.
      await snapshots.follow({ status: 'absent' });
    },
  };
}

const UNWRITABLE = refusalOf('effect_failed', 'storage_write_failed', 'retry');
