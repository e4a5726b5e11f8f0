/** AT-76 to AT-78: metadata and key sets of somebody who wants us somewhere else. RFC 8414, section 6; RFC 9700. */
import type { DeviationName } from '@proofkey/msw';
import type { Case, Variant } from './case.ts';
import { FLOOD } from './cases.id-token.ts';
import { redirect, withMembers } from './forged.ts';
import { deviant, KEYS, login, METADATA } from './ways.ts';

const FRESH = { fresh: true, asks: METADATA } as const;
const UNKNOWN_KEYS = { fresh: true, asks: [...METADATA, ...KEYS] } as const;

const refused = (outcome: string, ...deviations: readonly DeviationName[]): readonly Variant[] =>
  deviations.map((deviation) => deviant(deviation, outcome, FRESH));

const keysAt = (url: string, outcome: string): Variant =>
  login(`jwks_uri: ${url}`, { replies: { metadata: withMembers(() => ({ jwks_uri: url })) } }, outcome, FRESH);

const listening = (place: 'metadata' | 'keys', status: number): Variant =>
  login(
    `${place}: ${status} to a server that listens`,
    ({ attacker }) => ({ replies: { [place]: redirect(`${attacker.origin}/${place}`, status) } }),
    'unexpected_redirect',
    place === 'metadata' ? FRESH : UNKNOWN_KEYS,
  );

export const DISCOVERY: readonly Case[] = [
  {
    id: 'AT-76',
    title: 'Issuer mismatch in metadata',
    variants: refused(
      'issuer_mismatch',
      'metadata_of_another_issuer',
      'metadata_issuer_with_suffix',
      'metadata_issuer_with_other_slash',
    ),
  },
  {
    id: 'AT-77',
    title: 'SSRF by metadata',
    variants: [
      ...refused('insecure_endpoint', 'jwks_uri_inside_the_cloud'),
      keysAt('http://169.254.169.254/latest/meta-data/', 'insecure_endpoint'),
      keysAt('http://as.example.com/jwks.json', 'insecure_endpoint'),
      keysAt('file:///etc/passwd', 'invalid_metadata'),
      ...refused('unexpected_redirect', 'metadata_redirects_inside'),
      listening('metadata', 302),
      listening('metadata', 307),
      login(
        'metadata: 301 to the same path with a slash, at a server that listens',
        ({ attacker }) => ({
          replies: { metadata: redirect(`${attacker.origin}/.well-known/openid-configuration/`, 301) },
        }),
        'unexpected_redirect',
        FRESH,
      ),
      deviant('key_set_redirects', 'unexpected_redirect', UNKNOWN_KEYS),
      listening('keys', 302),
      listening('keys', 307),
    ],
  },
  {
    id: 'AT-78',
    title: 'JWKS flooding',
    variants: [FLOOD, deviant('key_set_of_thousands', 'malformed_key_set', UNKNOWN_KEYS)],
  },
];
