/** AT-05 to AT-07: an attacker's server that leads to an honest one, or away from it. RFC 9207; RFC 9700, 4.4. */
import type { Case } from './case.ts';
import { withMembers } from './forged.ts';
import { deliver, follow } from './person.ts';
import { deviant, KEYS, login, METADATA, way } from './ways.ts';

const OTHER = {
  issuer: 'https://as.example.com/',
  authorizationEndpoint: 'https://as.example.com/authorize',
  tokenEndpoint: 'https://as.example.com/token',
  jwksUri: 'https://as.example.com/jwks.json',
};

/** A server that never says who it is in a callback, while the same program has a login at another one. */
const withoutIss = (name: string, path: string, others: string, outcome: string, asks: readonly string[]) =>
  way(
    name,
    outcome,
    async (stage) => {
      const at = (one: string): string => `http://127.0.0.1/at-06${one}`;
      await stage.begin(stage.clientOf({ server: OTHER, redirectUri: at(others) } as never));
      stage.turn({ deviations: ['iss_not_supported'] });
      const client = stage.clientOf({ redirectUri: at(path) });
      return {
        outcome: await stage.codeOf(async () => {
          const begun = await stage.begin(client);
          await Promise.all([begun.outcome, deliver(await follow(begun.url))]);
        }),
      };
    },
    { asks, accepted: outcome === 'logged_in' },
  );

export const MIX_UP: readonly Case[] = [
  {
    id: 'AT-05',
    title: 'Mix-up (two issuers, attacker AS forwards to honest AS)',
    variants: [
      deviant('wrong_issuer', 'issuer_mismatch', { asks: [] }),
      way('iss=https%3A%2F%2Fas.example.com%2F', 'issuer_mismatch', async (stage) => {
        const begun = await stage.begin();
        const url = `${begun.redirectUri}?code=C&state=${begun.state}&iss=https%3A%2F%2Fas.example.com%2F`;
        const [outcome] = await Promise.all([stage.codeOf(begun.outcome), deliver(url)]);
        return { outcome };
      }),
    ],
  },
  {
    id: 'AT-06',
    title: 'Mix-up without `iss`',
    variants: [
      deviant('iss_missing_though_advertised', 'issuer_missing', { asks: [] }),
      withoutIss('several issuers, one redirect URI', '/shared', '/shared', 'redirect_uri_shared', METADATA),
      withoutIss('several issuers, each with its own redirect URI', '/one', '/other', 'logged_in', [
        ...METADATA,
        ...KEYS,
      ]),
    ],
  },
  {
    id: 'AT-07',
    title: 'Attacker AS declares honest authorization endpoint but own token endpoint',
    variants: [
      login(
        "metadata of the attacker, with the honest server's authorization endpoint",
        ({ wire, attacker }) => {
          const members = {
            issuer: attacker.origin,
            token_endpoint: `${attacker.origin}/token`,
            jwks_uri: `${attacker.origin}/keys`,
            authorization_endpoint: `${wire.origin}/authorize`,
          };
          attacker.spoil({ '/.well-known/openid-configuration': withMembers(() => members) });
          return {};
        },
        'issuer_mismatch',
        { asks: [], attackerHears: 1, settings: ({ attacker }) => ({ issuer: attacker.origin }) },
      ),
    ],
  },
];
