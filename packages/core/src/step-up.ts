/** What an API refused -> what the next login asks for. RFC 9470, section 5; RFC 6750, section 3.1. */
import type { Failure } from './failure.ts';
import type { LoginOptions } from './login-options.ts';

/**
 * The options of a login that gives the API what it wants: its `acr_values`, its `max_age` and its scope, beside what
 * the login asks for anyway. An API that only says "authenticate again" gets a new authentication.
 */
export function withStepUp(
  options: Partial<LoginOptions>,
  { code, stepUp }: Pick<Failure, 'code' | 'stepUp'>,
): Partial<LoginOptions> {
  const { acrValues, maxAge, scope = [] } = stepUp ?? {};
  const ages = [options.maxAge, maxAge].filter((age) => age !== undefined);
  const again = code === 'insufficient_user_authentication' && !acrValues && maxAge === undefined;
  return {
    ...options,
    ...(again && { prompt: 'login' }),
    ...(acrValues && { acrValues }),
    ...(ages.length > 0 && { maxAge: Math.min(...ages) }),
    ...(scope.length > 0 && { scope: [...new Set([...(options.scope ?? []), ...scope])] }),
  };
}
