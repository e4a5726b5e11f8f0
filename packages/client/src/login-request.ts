/** What an application asks of one login -> options of the core: beside, or instead of, the settings. */
import { apiOf, type Failure, type LoginOptions, locate, refusalOf, withStepUp } from '@proofkey/core';
import { ProofkeyError } from './error.ts';
import type { AbortSignalLike } from './ports.ts';
import type { Settings } from './settings.ts';

/** What one login asks for beside, or instead of, the settings. */
export type LoginRequest = {
  readonly [Name in keyof Omit<LoginOptions, 'redirectUri'>]?: LoginOptions[Name] | undefined;
} & {
  /** Ends the wait for the person, as `user_cancelled`. */
  readonly cancel?: AbortSignalLike | undefined;
  /** What an API refused, as `challengeIn` reads it: the login asks for what the API wants. */
  readonly stepUp?: Pick<Failure, 'code' | 'stepUp'> | undefined;
};

export function askedBy(
  settings: Settings<unknown>,
  { stepUp, ...options }: Omit<LoginRequest, 'cancel'>,
  redirectUri: string,
): LoginOptions {
  // A stepUp that says nothing would be a login that the API refuses again, for ever.
  if (stepUp !== undefined && typeof stepUp?.code !== 'string')
    throw new ProofkeyError(locate(NOT_POSSIBLE, { at: 'stepUp' }));
  const { scope, audience, resource, organization, connection } = settings;
  const defaults = given({ scope, audience, resource, organization, connection });
  // What was not given does not take a default away.
  const asked = given({ ...defaults, ...given(options), ...apiOf(options, settings), redirectUri });
  return (stepUp ? withStepUp(asked, stepUp) : asked) as LoginOptions;
}

/** What is undefined or empty was not given. */
const given = (members: object): Record<string, unknown> =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => (value ?? '') !== ''));

const { failure: NOT_POSSIBLE } = refusalOf('misuse', 'invalid_parameter', 'fix_configuration');
