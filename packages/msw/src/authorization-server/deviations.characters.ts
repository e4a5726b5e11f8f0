/** Characters that nobody can read in authorization responses. RFC 3986, section 2.1; RFC 6749, appendix A. */
import { location, TO_CLIENT } from './deviation.changes.ts';
import type { Deviation } from './deviation.ts';

export type CharacterDeviation =
  | 'state_not_decodable'
  | 'state_is_percent_sign'
  | 'code_not_decodable'
  | 'null_in_code';

/** One parameter of the callback has this text, as it stands in the URL. */
const written = (does: string, parameter: 'code' | 'state', text: string): Deviation => ({
  does,
  seen: 'AT-14',
  steps: TO_CLIENT,
  rewrite: location((url) => url.replace(new RegExp(`([?&#]${parameter}=)[^&#]*`), `$1${text}`)),
  duty: 'Refuse this callback and send the code nowhere.',
});

export const CHARACTERS: Readonly<Record<CharacterDeviation, Deviation>> = {
  state_not_decodable: written(
    'The state of the callback is a percent-escape that stops in its middle.',
    'state',
    '%E0%A4%A',
  ),
  state_is_percent_sign: written('The state of the callback is a percent sign alone.', 'state', '%'),
  code_not_decodable: written('The code is an octet that no UTF-8 has.', 'code', '%FF'),
  null_in_code: written('The code holds the character NUL.', 'code', 'a%00b'),
};
