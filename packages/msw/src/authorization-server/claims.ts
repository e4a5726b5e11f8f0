/** A person, scopes -> the claims that a client may see. OIDC Core, section 5.4. */
import type { ProfileClaims } from '@proofkey/api';
import type { User } from './settings.ts';

/** Every standard claim of the description. */
const SCOPES: Readonly<Record<keyof ProfileClaims, 'profile' | 'email' | 'address' | 'phone'>> = {
  name: 'profile',
  given_name: 'profile',
  family_name: 'profile',
  middle_name: 'profile',
  nickname: 'profile',
  preferred_username: 'profile',
  profile: 'profile',
  picture: 'profile',
  website: 'profile',
  gender: 'profile',
  birthdate: 'profile',
  zoneinfo: 'profile',
  locale: 'profile',
  updated_at: 'profile',
  email: 'email',
  email_verified: 'email',
  address: 'address',
  phone_number: 'phone',
  phone_number_verified: 'phone',
};

const scopeOf = (claim: string): string | undefined =>
  Object.hasOwn(SCOPES, claim) ? SCOPES[claim as keyof ProfileClaims] : undefined;

/** Standard claims need their scope; custom ones are always there. */
export const profileOf = ({ claims }: User, scope: readonly string[]): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(claims).filter(([name]) => {
      const needed = scopeOf(name);
      return needed === undefined || scope.includes(needed);
    }),
  );
