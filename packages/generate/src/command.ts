/** Options -> the command that repeats them, for the first line of each file. */
import { isAbsolute, relative, sep } from 'node:path';
import type { GenerateOptions } from './generate.ts';

/** A path as another machine has it as well: from the current folder, with `/`. */
const portable = (path: string): string => {
  const way = isAbsolute(path) ? relative(process.cwd(), path) : path;
  // Elsewhere on this machine, or on another drive: the last two names have to do.
  const known =
    isAbsolute(path) && (isAbsolute(way) || way.startsWith('..')) ? way.split(sep).slice(-2).join(sep) : way;
  return (known === '' ? '.' : known).split(sep).join('/');
};

const word = (text: string): string => (/^[\w@.,/:=+~-]+$/.test(text) ? text : JSON.stringify(text));

/** No absolute path: a committed file has to come out the same on every machine. */
export const commandOf = ({ spec, overlays = [], out, imports = 'js' }: GenerateOptions): string => {
  const files = ['--spec', spec, ...overlays.flatMap((one) => ['--overlay', one]), '--out', out];
  const words = files.map((one, n) => (n % 2 === 0 ? one : word(portable(one))));
  return ['npx', '@proofkey/generate', ...words, ...(imports === 'js' ? [] : ['--imports', imports])].join(' ');
};
