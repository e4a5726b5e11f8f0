/** An attack of docs/attacks.md -> the ways in which it is played, and what has to become of each. */
import type { DeviationName, MisuseCode } from '@proofkey/msw';
import type { Stage } from './stage.ts';
import type { Reply } from './wire.ts';

/** What the server does from now on. */
export type Hostility = {
  readonly deviations?: readonly DeviationName[];
  /** By place: `metadata`, `keys`, `token`, `userinfo`, `authorize`. For what no deviation says. */
  readonly replies?: Readonly<Record<string, Reply>>;
};

/** What was seen while it was played. */
export type Played = {
  /** The code of the failure, `logged_in`, or both codes of an attack that was tried in two ways. */
  readonly outcome: string;
  /** What this way alone has to look at, and found wrong. */
  readonly wrongs?: readonly string[];
  /** A login that the attack left waiting, and that has to complete. Done when everything else was checked. */
  readonly afterwards?: () => Promise<readonly string[]>;
};

export type Variant = {
  readonly name: string;
  readonly outcome: string;
  /** What the client asked of the server meanwhile: places, each as often as it was asked at the most. */
  readonly asks: readonly string[];
  /** True where the row says that the login is good. */
  readonly accepted?: boolean;
  /** Texts that must be nowhere in what is stored or shown. */
  readonly never?: readonly string[];
  /** How often the attacker's own server hears of the client; not at all when absent. */
  readonly attackerHears?: number;
  /** What the server has to see, because the attacker does it. */
  readonly misuses?: readonly MisuseCode[];
  /** Seconds, where it has to end sooner than others. */
  readonly deadline?: number;
  readonly play: (stage: Stage) => Promise<Played>;
};

export type Case = {
  readonly id: string;
  readonly title: string;
  readonly variants: readonly Variant[];
};
