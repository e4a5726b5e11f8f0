/** A store whose content everybody sees, as another process could. */
import type { KeyValueStore } from '@proofkey/client';

export type VisibleStore = KeyValueStore & { readonly entries: Map<string, string> };

export function visibleStore(): VisibleStore {
  const entries = new Map<string, string>();
  return {
    entries,
    get: (key) => entries.get(key) ?? null,
    set: (key, value) => void entries.set(key, value),
    remove: (key) => void entries.delete(key),
  };
}
