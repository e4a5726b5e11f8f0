/** Every attack -> its verdicts, several at a time. */
import type { Case } from './case.ts';
import { BODIES } from './cases.bodies.ts';
import { CALLBACKS } from './cases.callbacks.ts';
import { CLAIMS } from './cases.claims.ts';
import { DISCOVERY } from './cases.discovery.ts';
import { ENDPOINTS } from './cases.endpoints.ts';
import { FRONT_CHANNEL } from './cases.front-channel.ts';
import { ID_TOKEN } from './cases.id-token.ts';
import { PKCE } from './cases.pkce.ts';
import { TOKENS } from './cases.tokens.ts';
import { type PlayOptions, play, type Verdict } from './play.ts';

/** In the order of docs/attacks.md. */
export const CASES: readonly Case[] = [
  ...FRONT_CHANNEL,
  ...CALLBACKS,
  ...PKCE,
  ...ENDPOINTS,
  ...BODIES,
  ...TOKENS,
  ...ID_TOKEN,
  ...CLAIMS,
  ...DISCOVERY,
].toSorted((one, other) => one.id.localeCompare(other.id));

/** `AT-78: way` -> what it waits for. One that is withstood after all has to leave the list. */
export const AWAITED: Readonly<Record<string, string>> = {};

export type Judged = Verdict & { readonly verdict: 'withstood' | 'awaited' | 'FAILED' };
export type Result = { readonly id: string; readonly title: string; readonly ways: readonly Judged[] };

/** Attacks that are under way at the same time: most of their time they wait. */
const AT_ONCE = 6;

function judged(id: string, { name, outcome, wrongs }: Verdict): Judged {
  const awaited = AWAITED[`${id}: ${name}`];
  if (awaited === undefined) return { name, outcome, wrongs, verdict: wrongs.length > 0 ? 'FAILED' : 'withstood' };
  return wrongs.length > 0
    ? { name, outcome, wrongs: [awaited], verdict: 'awaited' }
    : { name, outcome, wrongs: ['is withstood, but is in the list of what is awaited'], verdict: 'FAILED' };
}

export async function playAll(cases: readonly Case[] = CASES, options: PlayOptions = {}): Promise<readonly Result[]> {
  const results = cases.map(({ id, title }) => ({ id, title, ways: [] as Judged[] }));
  const tasks = results.flatMap(({ id, ways }, row) =>
    (cases[row]?.variants ?? []).map((variant, at) => async () => {
      const broken = (error: unknown): Verdict => ({
        name: variant.name,
        outcome: 'not played',
        wrongs: [`the stage broke: ${error}`],
      });
      ways[at] = judged(id, await play(variant, options).catch(broken));
    }),
  );
  const work = async (): Promise<void> => {
    for (let task = tasks.shift(); task !== undefined; task = tasks.shift()) await task();
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return results;
}
