/** What oidc-provider wants to keep -> a Map, for as long as the server runs. */

type Payload = Record<string, unknown> & { uid?: string; userCode?: string; grantId?: string; consumed?: number };
type Entry = { readonly payload: Payload; readonly expiresAt: number };

/** @returns a class for the `adapter` setting. Every server gets a Map of its own, so that two never mix. */
export function memoryAdapter(): new (model: string) => object {
  const entries = new Map<string, Entry>();
  const present = (key: string): Payload | undefined => {
    const entry = entries.get(key);
    return entry !== undefined && entry.expiresAt > Date.now() ? entry.payload : undefined;
  };

  return class MemoryAdapter {
    readonly #model: string;

    constructor(model: string) {
      this.#model = model;
    }

    async upsert(id: string, payload: Payload, expiresIn?: number): Promise<void> {
      const expiresAt = expiresIn === undefined ? Number.POSITIVE_INFINITY : Date.now() + expiresIn * 1000;
      entries.set(this.#key(id), { payload, expiresAt });
    }

    async find(id: string): Promise<Payload | undefined> {
      return present(this.#key(id));
    }

    async findByUid(uid: string): Promise<Payload | undefined> {
      return this.#findWhere((payload) => payload.uid === uid);
    }

    async findByUserCode(userCode: string): Promise<Payload | undefined> {
      return this.#findWhere((payload) => payload.userCode === userCode);
    }

    async consume(id: string): Promise<void> {
      const payload = present(this.#key(id));
      if (payload) payload.consumed = Math.floor(Date.now() / 1000);
    }

    async destroy(id: string): Promise<void> {
      entries.delete(this.#key(id));
    }

    /** Everything that came from one consent: this is how a replayed code or refresh token ends the whole login. */
    async revokeByGrantId(grantId: string): Promise<void> {
      for (const [key, { payload }] of entries) if (payload.grantId === grantId) entries.delete(key);
    }

    #key(id: string): string {
      return `${this.#model}:${id}`;
    }

    #findWhere(test: (payload: Payload) => boolean): Payload | undefined {
      for (const key of entries.keys()) {
        const payload = key.startsWith(`${this.#model}:`) ? present(key) : undefined;
        if (payload && test(payload)) return payload;
      }
      return undefined;
    }
  };
}
