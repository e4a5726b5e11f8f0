/** Session -> none: here, in the hands of the server, and at the server. RFC 7009; RP-Initiated Logout 1.0. */
import {
  type Failure,
  type LogoutOptions,
  logoutUrl,
  type NumericDate,
  readRevocationResponse,
  refusalOf,
  revocationRequest,
  type ServerMetadata,
  type Session,
  TRANSACTION_LIFETIME,
} from '@proofkey/core';
import { attempt, isProofkeyError, ProofkeyError, valueIn } from './error.ts';
import type { RandomSource } from './ports.ts';
import { ask } from './request.ts';
import type { Server } from './server.ts';
import type { Context } from './session.ts';
import { opened } from './step.ts';

export type LogoutRequest = Omit<LogoutOptions, 'idToken' | 'state'> & {
  /**
   * Also ends the session at the server, by showing its page of logout; else the next login may ask for nothing. True
   * when there is a `returnTo`.
   */
  readonly endServerSession?: boolean | undefined;
};

export type LogoutOutcome = {
  /** The server took the refresh token back, so that nobody who copied it can use it. */
  readonly revoked: boolean;
  /** The page of the server that ends its session was shown. */
  readonly departed: boolean;
  /** Why one of these is not so although it was tried. Here the person is logged out all the same. */
  readonly failure?: Failure;
};

/** @param abandon gives up the logins that were begun here */
export const logoutCall =
  (context: Context, abandon: () => Promise<void>): ((request?: LogoutRequest) => Promise<LogoutOutcome>) =>
  async (request = {}) => {
    const { snapshots, server, tell } = context;
    const ended = await forgetHere(context);
    tell({ type: 'logged_out' });
    // Asked, not concluded: a login may have ended meanwhile.
    await snapshots.follow({ status: 'absent' });
    await abandon().catch(() => {});
    let failure: Failure | undefined;
    /** Nothing that the server does or does not do keeps anybody logged in. */
    const tried = (task: () => Promise<boolean>): Promise<boolean> =>
      task().catch((error: unknown) => {
        if (!isProofkeyError(error)) throw error;
        failure ??= afterwards(error.failure);
        return false;
      });
    let asked: Promise<ServerMetadata> | undefined;
    // Once: where nobody answers, nobody waits for that twice.
    const metadata = (): Promise<ServerMetadata> => {
      asked ??= server.metadata();
      return asked;
    };
    const revoked = await tried(() => revoke(context, ended, metadata));
    const departed = await tried(() => leave(context, ended[0], request, metadata));
    server.forget();
    return { revoked, departed, ...(failure && { failure }) };
  };

/** There is no session any more, and no token that could be taken back at a second try. */
const afterwards = (failure: Failure): Failure => ({
  ...failure,
  sessionSurvives: false,
  recovery: failure.recovery === 'fix_configuration' ? 'fix_configuration' : 'none',
});

async function forgetHere({ records, snapshots }: Context): Promise<readonly Session[]> {
  try {
    return await attempt(UNWRITABLE, () => records.forgetSession());
  } catch (error) {
    // A session that was only in memory has ended all the same.
    await snapshots.follow().catch(() => {});
    throw error;
  }
}

async function revoke(
  { settings, ports, tell }: Context,
  ended: readonly Session[],
  metadata: Server['metadata'],
): Promise<boolean> {
  const tokens = new Set(ended.flatMap(({ grant }) => grant.refreshToken ?? []));
  if (tokens.size === 0) return false;
  const server = await metadata();
  // Many servers have no such endpoint, and that is nothing that went wrong.
  if (server.revocationEndpoint === undefined) return false;
  const revocations = [...tokens].map((token) => {
    const revocation = valueIn(revocationRequest(server, settings, token, 'refresh_token'));
    return ask(ports, tell, 'revocation', revocation, (response) => readRevocationResponse(response, [...tokens]));
  });
  return (await Promise.all(revocations)).every(Boolean);
}

async function leave(
  { settings, ports, records, tell }: Context,
  session: Session | undefined,
  { endServerSession, ...options }: LogoutRequest,
  metadata: Server['metadata'],
): Promise<boolean> {
  const { returnTo } = options;
  const { userAgent, randomSource, clock } = ports;
  if (!(endServerSession ?? returnTo !== undefined)) return false;
  if (userAgent.leave === undefined) throw new ProofkeyError(NO_USER_AGENT.failure);
  const server = await metadata();
  const state = returnTo === undefined ? undefined : await newState(randomSource);
  const idToken = session?.idToken?.token;
  const url = valueIn(logoutUrl(server, settings.clientId, { ...options, idToken, state }));
  if (url === null) throw new ProofkeyError(NO_ENDPOINT.failure);
  if (returnTo !== undefined && state !== undefined) {
    const expiresAt = (clock.now() + TRANSACTION_LIFETIME) as NumericDate;
    await attempt(UNWRITABLE, () => records.saveLogout({ returnTo, state }, expiresAt));
  }
  tell(opened(url));
  await attempt(NO_USER_AGENT, () => userAgent.leave?.(url));
  return true;
}

async function newState(randomSource: RandomSource): Promise<string> {
  const octets = await attempt(NO_ENTROPY, () => randomSource.octets(16));
  if (octets?.length !== 16) throw new ProofkeyError(NO_ENTROPY.failure);
  return Array.from(octets, (octet) => (octet + 256).toString(16).slice(1)).join('');
}

const UNWRITABLE = refusalOf('effect_failed', 'storage_write_failed', 'retry');
const NO_ENTROPY = refusalOf('effect_failed', 'insufficient_entropy', 'report');
const NO_ENDPOINT = refusalOf('misuse', 'endpoint_missing', 'fix_configuration');
const NO_USER_AGENT = refusalOf('effect_failed', 'user_agent_failed', 'retry');
