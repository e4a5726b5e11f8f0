/** Every deviation by its name. */
import type { Deviation } from './deviation.ts';
import { FRONT_CHANNEL, type FrontChannelDeviation } from './deviations.front-channel.ts';

export type DeviationName = FrontChannelDeviation;

export const DEVIATIONS: Readonly<Record<DeviationName, Deviation>> = { ...FRONT_CHANNEL };

export const deviationOf = (name: DeviationName): Deviation => DEVIATIONS[name];
