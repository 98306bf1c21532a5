/**
 * Envelope encryption and signing with keys that belong to this stack alone. A sealed value names the key version it
 * was sealed with, so keys rotate without rewriting everything at once.
 */
export interface Keys {
  /** @param context bound to the ciphertext as associated data, such as `connection:ID`; opening needs the same. */
  seal(plain: Uint8Array, context: string): Promise<Uint8Array>;
  open(sealed: Uint8Array, context: string): Promise<Uint8Array>;
  /** A key for HMAC signatures of one purpose, derived from the stack's key. 32 bytes. */
  derive(purpose: string): Promise<Uint8Array>;
}
