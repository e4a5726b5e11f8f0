/** Signature of an ID Token -> valid or not; text -> digest: by the WebCrypto of Node.js. RFC 7518, section 3. */
import { webcrypto } from 'node:crypto';
import { type Digest, type SignatureVerifier, webCryptoDigest, webCryptoVerifier } from '@proofkey/client';

/**
 * Checks signatures: RS, PS and ES with 256, 384 and 512, and EdDSA with Ed25519. It never throws.
 *
 * @see RFC 7518, section 3.1; RFC 8037, section 3.1; RFC 9864, section 2.2
 */
export const signatureVerifier: SignatureVerifier = webCryptoVerifier(webcrypto.subtle);

/** SHA-256, SHA-384 and SHA-512. FIPS 180-4. */
export const digest: Digest = webCryptoDigest(webcrypto.subtle);
