/** The inside of a page -> a whole page: no script, nothing loaded, light or dark, from 320 pixels on. WCAG 2.2, AA. */

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text -> HTML that shows just that text, between tags as well as between quotes. */
export const escaped = (text: string): string => text.replace(/[&<>"']/g, (one) => ENTITIES[one] ?? '');

/** A name that somebody else chose: it can not turn the direction of the words around it. */
export const named = (text: string): string => `<strong><bdi>${escaped(text)}</bdi></strong>`;

const COLOURS = {
  light: '--paper:#fff;--ink:#1b1b1b;--line:#6a6a6a;--strong:#0b57a4;--on-strong:#fff;--wrong:#a8201a',
  dark: '--paper:#161616;--ink:#f2f2f2;--line:#9b9b9b;--strong:#8fbdf7;--on-strong:#161616;--wrong:#ffa39b',
};

/** No name of a colour twice: whoever adds one says it for light and dark. */
const STYLE = `
:root{color-scheme:light dark;${COLOURS.light}}
@media (prefers-color-scheme:dark){:root{${COLOURS.dark}}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:1.125rem/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
main{max-width:30rem;margin:0 auto;padding:2rem 1rem}
h1{margin:0 0 1rem;font-size:1.75rem;line-height:1.2}
label{display:block;margin-top:1rem;font-weight:600}
input,button{width:100%;min-height:2.75rem;padding:.5rem .75rem;border:2px solid var(--line);border-radius:.375rem;
background:var(--paper);color:var(--ink);font:inherit}
input[aria-invalid]{border-color:var(--wrong)}
button{margin-top:1rem;font-weight:600;cursor:pointer}
button.first{border-color:var(--strong);background:var(--strong);color:var(--on-strong)}
:focus-visible{outline:3px solid var(--strong);outline-offset:3px}
.wrong{color:var(--wrong);font-weight:600}
.note{margin-top:2rem;padding-top:1rem;border-top:1px solid var(--line)}
`;

/**
 * @param title the heading, and with `before` in front the title of the window
 * @param inside HTML: whatever comes from outside is escaped in it
 */
export const layout = (title: string, inside: string, before = ''): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${before}${title} · Test server</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${title}</h1>
${inside}
</main>
</body>
</html>
`;
