/** AT-43 to AT-46, AT-51: who signed an ID Token, and how. RFC 8725; OpenID Connect Core, sections 3.1.3.7 and 10.1. */
import type { DeviationName } from '@proofkey/msw';
import type { Case, Variant } from './case.ts';
import { deliver, follow } from './person.ts';
import type { Stage } from './stage.ts';
import { deviant, KEYS, METADATA, way } from './ways.ts';

const FRESH = { fresh: true, asks: [...METADATA, ...KEYS] } as const;
const GOOD = { ...FRESH, accepted: true } as const;

const refused = (outcome: string, ...deviations: readonly DeviationName[]): readonly Variant[] =>
  deviations.map((deviation) => deviant(deviation, outcome));

/** With the key set still to be asked for: the keys that were known before would hide the attack. */
const keySet = (outcome: string, ...deviations: readonly DeviationName[]): readonly Variant[] =>
  deviations.map((deviation) => deviant(deviation, outcome, FRESH));

const logIn = async (stage: Stage, client = stage.client): Promise<string> => {
  const begun = await stage.begin(client);
  const [outcome] = await Promise.all([stage.codeOf(begun.outcome), deliver(await follow(begun.url))]);
  return outcome;
};

const keyRequests = ({ wire }: Stage): number => wire.exchanges.filter(({ place }) => place === 'keys').length;

/** Logins in a row, and how often the keys were asked for. */
const inARow = (times: number, most: number) => async (stage: Stage) => {
  const before = keyRequests(stage);
  const outcomes = new Set<string>();
  for (let time = 0; time < times; time += 1) outcomes.add(await logIn(stage));
  const asked = keyRequests(stage) - before;
  const wrongs = asked > most ? [`asks for the keys ${asked} times`] : [];
  return { outcome: [...outcomes].join(', '), wrongs };
};

/** AT-78: one refetch, and none within the cool-down. */
export const FLOOD: Variant = way(
  '100 logins with a random kid each (sc-026)',
  'id_token_key_not_found',
  async (stage) => {
    stage.turn({ deviations: ['id_token_with_unknown_kid'] });
    return inARow(100, 1)(stage);
  },
  { asks: Array.from({ length: 100 }, () => KEYS).flat(), deadline: 60 },
);

export const ID_TOKEN: readonly Case[] = [
  {
    id: 'AT-43',
    title: 'alg none',
    variants: [
      ...refused(
        'id_token_alg_invalid',
        'id_token_alg_none',
        'id_token_alg_none_capitalized',
        'id_token_alg_none_in_odd_case',
        'id_token_alg_null',
        'id_token_alg_empty',
        'id_token_alg_missing',
      ),
      deviant('id_token_unsigned', 'id_token_signature_invalid', { asks: KEYS }),
    ],
  },
  {
    id: 'AT-44',
    title: 'Algorithm confusion',
    variants: refused(
      'id_token_alg_invalid',
      'id_token_hmac_with_public_key',
      'id_token_hmac_with_client_id',
      'id_token_hmac_with_nothing',
    ),
  },
  {
    id: 'AT-45',
    title: 'Key confusion',
    variants: [
      ...keySet(
        'id_token_signature_invalid',
        'id_token_signed_by_another_key',
        'id_token_brings_its_own_key',
        'id_token_names_address_of_key',
        'id_token_names_address_of_certificate',
        'bad_signature',
      ),
      ...keySet('id_token_key_not_found', 'key_set_for_encryption', 'key_set_symmetric'),
    ],
  },
  {
    id: 'AT-46',
    title: 'kid absent / unknown / several keys',
    variants: [
      deviant('id_token_without_kid', 'logged_in', GOOD),
      way(
        'id_token_without_kid, two keys that fit',
        'logged_in',
        async (stage) => {
          await stage.as.rotateKeys();
          stage.turn({ deviations: ['id_token_without_kid'] });
          // One that has not seen the set of before.
          return { outcome: await logIn(stage, stage.clientOf()) };
        },
        GOOD,
      ),
      deviant('key_set_with_further_keys', 'logged_in', GOOD),
      deviant('id_token_with_unknown_kid', 'id_token_key_not_found', { asks: KEYS }),
      deviant('key_set_empty', 'id_token_key_not_found', FRESH),
      way(
        'the key was rotated between two logins (sc-025)',
        'logged_in',
        async (stage) => {
          await stage.as.rotateKeys({ keepOld: false });
          return inARow(1, 1)(stage);
        },
        { accepted: true, asks: KEYS },
      ),
    ],
  },
  {
    id: 'AT-51',
    title: 'Token of another kind as ID token',
    variants: [
      ...refused('id_token_typ_invalid', 'id_token_typed_as_access_token', 'id_token_typed_as_logout_token'),
      ...refused('id_token_events_invalid', 'id_token_with_events'),
    ],
  },
];
