/** Test files -> the titles in them, as they are written, and the ids of requirements that a title bears. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

/** `ID-05`, `AT-45`: two capitals and two digits. */
export const idsIn = (text: string): readonly string[] => [...new Set(text.match(/\b[A-Z]{2}-\d\d\b/g) ?? [])];

/** `test`, `describe`, and what `.each(...)` of them gives; `.skip` and `.todo` run nothing. */
function registers(called: ts.Expression): boolean {
  if (ts.isIdentifier(called)) return called.text === 'test' || called.text === 'describe';
  const { expression: each } = ts.isCallExpression(called) ? called : {};
  return (
    each !== undefined && ts.isPropertyAccessExpression(each) && each.name.text === 'each' && registers(each.expression)
  );
}

/** `describe.skip(...)`, `test.skipIf(...)(...)` and the like: nothing inside is known to run. */
const MAY_NOT_RUN = /\.(skip|todo|skipIf|runIf)\b/;

function textOf(title: ts.Expression, source: ts.SourceFile): string {
  if (ts.isStringLiteralLike(title)) return title.text;
  if (ts.isBinaryExpression(title)) return textOf(title.left, source) + textOf(title.right, source);
  return ts.isTemplateExpression(title) ? title.getText(source).slice(1, -1) : '';
}

/** The text of a test file -> its titles. What is commented out, or stands in a string, is none. */
export function titlesIn(text: string): readonly string[] {
  const source = ts.createSourceFile('a.test.ts', text, ts.ScriptTarget.Latest);
  const titles: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && MAY_NOT_RUN.test(node.expression.getText(source).split('(', 1)[0] ?? '')) return;
    if (ts.isCallExpression(node) && registers(node.expression)) {
      const [title] = node.arguments;
      if (title) titles.push(textOf(title, source));
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return titles.filter(Boolean);
}

/** Every file of tests in the folder `test` of each package and in `test/gates` -> its titles; paths are relative. */
export function titlesOf(root: string): ReadonlyMap<string, readonly string[]> {
  const packages = readdirSync(join(root, 'packages')).map((name) => `packages/${name}/test`);
  const folders = [...packages, 'test/gates'].filter((folder) => existsSync(join(root, folder)));
  const files = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) => `${folder}/${name}`),
  );
  const tests = files.map((file) => file.replaceAll('\\', '/')).filter((file) => /\.test(?:-d)?\.ts$/.test(file));
  return new Map(tests.sort().map((file) => [file, titlesIn(readFileSync(join(root, file), 'utf8'))]));
}
