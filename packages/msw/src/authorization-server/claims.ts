/** A person, scopes -> the claims that a client may see. OIDC Core, section 5.4. */
import type { User } from './settings.ts';

const BY_SCOPE: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    [
      ...['name', 'given_name', 'family_name', 'middle_name', 'nickname', 'preferred_username', 'profile', 'picture'],
      ...['website', 'gender', 'birthdate', 'zoneinfo', 'locale', 'updated_at'],
    ].map((claim) => [claim, 'profile']),
  ),
  email: 'email',
  email_verified: 'email',
  address: 'address',
  phone_number: 'phone',
  phone_number_verified: 'phone',
};

/** Standard claims need their scope; custom ones are always there. */
export const profileOf = ({ claims }: User, scope: readonly string[]): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(claims).filter(([name]) => {
      const needed = Object.hasOwn(BY_SCOPE, name) ? BY_SCOPE[name] : undefined;
      return needed === undefined || scope.includes(needed);
    }),
  );
