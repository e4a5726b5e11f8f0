/** How authorization responses go wrong. RFC 6749, section 4.1.2; RFC 9207. */
import type { Deviation } from './deviation.ts';
import type { Draft } from './draft.ts';

type Change = (parameters: Readonly<Record<string, string>>) => Readonly<Record<string, string | undefined>>;

/** Changes the parameters of a callback, and leaves other answers alone. `undefined` takes one away. */
const callback =
  (change: Change) =>
  (draft: Draft): Draft => {
    if (draft.type !== 'callback') return draft;
    const kept = Object.entries({ ...draft.parameters, ...change(draft.parameters) }).filter(
      (pair): pair is [string, string] => pair[1] !== undefined,
    );
    return { ...draft, parameters: Object.fromEntries(kept) };
  };

export type FrontChannelDeviation = 'wrong_issuer';

export const FRONT_CHANNEL: Readonly<Record<FrontChannelDeviation, Deviation>> = {
  wrong_issuer: {
    does: 'The callback carries the iss of another server.',
    seen: 'AT-05',
    steps: ['authorize', 'login_page', 'consent_page'],
    alter: callback(() => ({ iss: 'https://attacker.example/' })),
    duty: 'Compare iss with the issuer that was asked, and send the code nowhere. RFC 9207, section 2.4.',
  },
};
