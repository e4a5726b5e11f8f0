/** What real servers do, and every attack of the list: each has a switch, or a reason why none is here. */
import { expect, test } from 'vitest';
import { DEVIATIONS, type DeviationName } from '../src/authorization-server.ts';
import { NAMES } from './deviations.support.ts';

type Item = { readonly what: string; readonly switches: readonly DeviationName[]; readonly besides?: string };

/** What was seen on independent servers; the number is that of our notes. */
const SEEN: Readonly<Record<string, Item>> = {
  1: {
    what: 'token_type missing, or in another case of letters',
    switches: ['token_type_missing', 'token_type_in_odd_case'],
    besides: 'DPoP as a type belongs to clients that asked for it',
  },
  2: {
    what: 'error bodies',
    switches: [
      'errors_are_empty',
      'errors_are_plain_text',
      'errors_are_message_and_code',
      'errors_have_further_members',
      'errors_typed_as_html',
      'errors_have_unregistered_codes',
      'errors_with_status_401',
      'errors_with_status_403',
      'errors_with_status_500',
    ],
  },
  3: { what: 'a Bearer challenge on token errors', switches: ['bearer_challenge_on_token_errors'] },
  4: {
    what: 'WWW-Authenticate that nobody can parse',
    switches: [
      'challenge_without_scheme',
      'challenge_with_nested_quotes',
      'two_challenges_in_one_header',
      'challenge_missing',
    ],
  },
  5: {
    what: 'refresh',
    switches: [
      'refresh_token_kept',
      'id_token_missing_on_refresh',
      'scope_missing_in_answer',
      'old_refresh_token_replaces_newer',
      'refresh_errors_with_status_500',
    ],
    besides: 'an ID Token without nonce, and the end of the family after reuse, are what the honest server does',
  },
  6: { what: 'the code after a failure', switches: ['code_survives_wrong_verifier'] },
  7: {
    what: 'state in errors',
    switches: ['state_missing_in_errors', 'odd_state_refused', 'state_empty_when_none_was_sent'],
    besides: 'that a state of 4,000 characters was lost was the doing of a login page of our own',
  },
  8: {
    what: 'iss, the slash, further parameters',
    switches: [
      'iss_not_advertised',
      'issuer_with_trailing_slash',
      'callback_parameters_in_another_order',
      'session_state_in_callback',
    ],
  },
  9: {
    what: 'discovery',
    switches: [
      'only_rfc8414_metadata',
      'discovery_redirects_to_slash',
      'html_for_unknown_paths',
      'no_discovery',
      'only_openid_metadata',
    ],
    besides: 'an issuer with a path is a setting',
  },
  10: { what: 'a nonce that is dropped', switches: ['nonce_missing'] },
  11: {
    what: 'scope in the answer',
    switches: ['scope_empty_in_answer', 'scope_dummy_in_answer', 'scope_reduced_in_answer', 'scope_missing_in_answer'],
  },
  12: {
    what: 'revocation',
    switches: [
      'revocation_unauthorized',
      'revocation_refuses_unknown_tokens',
      'revocation_at_token_endpoint',
      'revocation_not_in_metadata',
    ],
  },
  13: {
    what: 'userinfo',
    switches: [
      'userinfo_not_in_metadata',
      'userinfo_refuses_post',
      'userinfo_sub_only',
      'userinfo_without_authorization',
    ],
  },
  14: { what: 'JSON for a request by script', switches: ['authorize_by_script_is_json'] },
  15: {
    what: 'JSON bodies, and codes that have to be encoded',
    switches: ['json_bodies_accepted', 'code_with_reserved_characters'],
    besides: 'that most refuse JSON is what the honest server does',
  },
  16: {
    what: 'response modes',
    switches: ['form_post_double_encoded', 'form_post_ignored', 'every_response_mode_ignored'],
  },
  17: { what: 'error_description', switches: ['error_description_is_json', 'markup_in_callback_error'] },
  18: {
    what: 'redirect URIs that are refused, and limits',
    switches: ['loopback_redirects_refused', 'private_use_redirects_refused', 'too_many_requests'],
    besides: 'registration of clients is no part of this server',
  },
  19: { what: 'a nonce that is required', switches: ['nonce_required'] },
  'also seen': {
    what: 'what servers do not check, and do not do',
    switches: [
      'plain_accepted',
      'pkce_optional',
      'verifier_of_any_length',
      'code_survives_wrong_verifier',
      'tokens_survive_code_replay',
      'state_missing_in_errors',
      'prompt_none_shows_page',
      'loopback_port_fixed',
      'token_endpoint_without_cors',
    ],
  },
};

const numbered = (from: number, to: number): readonly string[] =>
  Array.from({ length: to - from + 1 }, (_, at) => `AT-${String(from + at).padStart(2, '0')}`);

/** Front channel, PKCE, back channel, ID Token and userinfo; then discovery. */
const ATTACKS: readonly string[] = [...numbered(1, 53), ...numbered(76, 80)];

/** Attacks in which the server is not the one who acts. */
const NOT_THE_SERVER: Readonly<Record<string, string>> = {
  'AT-12': 'the client leads the person on, to where its own page said',
  'AT-18': 'the browser delivers a callback twice: a knob of the browser, not of the server',
  'AT-19': 'the browser opens the callback in another tab',
  'AT-20': 'other windows send messages; this server knows no web_message',
  'AT-22': 'the application names parameters that are not its own',
  'AT-25': 'the platform of the client draws the random octets',
  'AT-26': 'the platform of the client has no crypto.subtle',
  'AT-35': 'the client opens the browser',
  'AT-39': 'this server knows no DPoP: every token of it is the Bearer token that the attack is about',
  'AT-79': 'this server takes no client assertions',
  'AT-80': 'this server takes no pushed authorization requests',
};

/** Switches for what neither list has. */
const FURTHER: readonly DeviationName[] = [
  'expires_in_missing',
  'expires_in_as_text',
  'id_token_missing',
  'token_answer_is_form',
  'userinfo_is_jwt',
  'key_set_typed_as_jwk_set',
  'errors_are_objects',
  'errors_with_status_200',
  'errors_are_pages',
  'refresh_refused_as_access_denied',
  'tokens_survive_refresh_reuse',
  'audience_ignored_on_refresh',
  'without_cors',
  'bad_signature',
  'id_token_without_sub',
  'challenge_with_prototype_parameter',
];

const attacksOf = (name: DeviationName): readonly string[] => DEVIATIONS[name].seen.match(/AT-\d\d/g) ?? [];

test.each([...Array.from({ length: 19 }, (_, at) => String(at + 1)), 'also seen'])(
  'what real servers do, %s, has switches',
  (number) => {
    const { switches = [] } = SEEN[number] ?? {};
    expect(switches.length).toBeGreaterThan(0);
    expect(switches.filter((name) => !Object.hasOwn(DEVIATIONS, name))).toEqual([]);
  },
);

test.each(ATTACKS)('%s has a switch, or a reason why it has none', (attack) => {
  const switches = NAMES.filter((name) => attacksOf(name).includes(attack));
  const reason = NOT_THE_SERVER[attack];
  expect(reason === undefined ? switches.length > 0 : switches.length === 0, reason ?? 'no switch').toBe(true);
});

test('every switch names an attack of the list, or is something that was seen', () => {
  const known = new Set<DeviationName>([...Object.values(SEEN).flatMap(({ switches }) => switches), ...FURTHER]);
  expect(NAMES.filter((name) => attacksOf(name).length === 0 && !known.has(name))).toEqual([]);
  expect(NAMES.flatMap(attacksOf).filter((attack) => !ATTACKS.includes(attack))).toEqual([]);
  expect(FURTHER.filter((name) => attacksOf(name).length > 0)).toEqual([]);
});
