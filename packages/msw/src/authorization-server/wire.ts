/** Names on the wire -> those of the description and no others: a renamed one does not compile here. OpenAPI. */
import type { Input } from '@proofkey/api';

/** The members that a schema names, without leave for further ones. */
export type Described<T> = {
  readonly [name in keyof T as string extends name ? never : number extends name ? never : name]: T[name];
};

/** The members of a message under their described names; what is undefined is left out. */
export const described = <T>(members: Input<Described<T>>): Described<T> =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as Described<T>;
