/** Callers at the same time -> one task for all of them. */

/** Whoever names the same key while its task runs gets the same result; afterwards it is run anew. */
export function once<T>(): (key: string, task: () => Promise<T>) => Promise<T> {
  const underWay = new Map<string, Promise<T>>();
  return (key, task) => {
    const present = underWay.get(key);
    if (present !== undefined) return present;
    const mine = task().finally(() => underWay.delete(key));
    underWay.set(key, mine);
    return mine;
  };
}
