/** How much of what arrives is read, and how long what is known stays good. Lengths in characters, times in seconds. */

/** A longer callback URL is refused unread. */
export const CALLBACK_LIMIT = 65_536;
/** A callback URL with more parameters is refused. */
export const MOST_PARAMETERS = 256;

/** A longer response body is refused unread. */
export const BODY_LIMIT = 1_048_576;

/** A longer ID Token is refused unread. */
export const JWT_LIMIT = 262_144;
/** No token and no error has more objects and arrays; one nested so deeply could be read, but never written again. */
export const MOST_BRACKETS = 1000;

/** A set of more keys is an attack: without a `kid` every key of the right type would have to be tried. */
export const MOST_KEYS = 100;
export const MOST_TRIED = 10;

/** A login that is not finished after this time is forgotten: enough for a second factor or a new password. */
export const TRANSACTION_LIFETIME = 3600;

/** For this long what a server says of itself is believed: a document may change. */
export const METADATA_LIFETIME = 3600;

/** For this long a key set is good, so that a key that the server takes back is soon believed no longer. */
export const KEY_SET_LIFETIME = 600;
/** For this long nobody makes us search a second time for a key that is not there. */
export const KEY_SET_COOL_DOWN = 60;
