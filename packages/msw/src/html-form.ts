/** A page of the server -> what it says, and the form on it: where it goes, its fields, its buttons. HTML, 4.10. */

export interface Field {
  readonly name: string;
  readonly type: string;
  readonly value: string;
}

export interface Form {
  /** As it stands in the page; it may be relative. */
  readonly action: string;
  readonly fields: readonly Field[];
  readonly buttons: readonly Field[];
}

/** The first form of a page that this server wrote: attributes in double quotes, no scripts. */
export function formIn(html: string): Form | undefined {
  const [, attributes, content] = /<form\b([^>]*)>([\s\S]*?)<\/form>/i.exec(html) ?? [];
  if (attributes === undefined || content === undefined) return undefined;
  const tags = [...content.matchAll(/<(input|button)\b([^>]*)>/gi)].map(([, tag = '', text = '']) => ({
    name: attributeIn(text, 'name'),
    type: attributeIn(text, 'type') || (tag.toLowerCase() === 'button' ? 'submit' : 'text'),
    value: attributeIn(text, 'value'),
  }));
  return {
    action: attributeIn(attributes, 'action'),
    fields: tags.filter(({ type, name }) => type !== 'submit' && name !== ''),
    buttons: tags.filter(({ type }) => type === 'submit'),
  };
}

/** What the first paragraph of a page says. */
export function sentenceIn(html: string): string | undefined {
  const [, inside] = /<p\b[^>]*>([\s\S]*?)<\/p>/i.exec(html) ?? [];
  return inside === undefined
    ? undefined
    : unescaped(inside.replace(/<[^>]*>/g, ''))
        .replace(/\s+/g, ' ')
        .trim();
}

const attributeIn = (tag: string, name: string): string =>
  unescaped(new RegExp(`\\s${name}="([^"]*)"`, 'i').exec(tag)?.[1] ?? '');

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

const unescaped = (text: string): string =>
  text.replace(/&(?:#(\d+)|#x([0-9a-f]+)|([a-z]+));/gi, (all, decimal, hex, name) => {
    if (name !== undefined) return ENTITIES[name] ?? all;
    return String.fromCodePoint(decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal));
  });
