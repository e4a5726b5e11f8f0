/** OpenAPI description + overlay -> merged description. OpenAPI Overlay Specification 1.0.0, section 4. */
import { GenerateError } from './failure.ts';

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

interface Action {
  readonly target: string;
  readonly update?: Json;
  readonly remove?: boolean;
}

type Place = { readonly parent: Json[] | { [name: string]: Json }; readonly key: string | number };

const isObject = (value: Json | undefined): value is { [name: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const FIX = "Name the place step by step, as in $.paths['/a'].get.parameters[0] or $.paths.*.get.";
const invalid = (what: string, fix: string): GenerateError =>
  new GenerateError('invalid_overlay', 'overlay', what, fix);

/** The part of JSONPath that names places: `$.a['b c'][0].*`. Filters and `..` are refused, not ignored. */
const steps = (path: string): string[] => {
  const step = /\.([A-Za-z_$][\w$-]*|\*)|\[(\d+|\*)\]|\['([^']*)'\]|\["([^"]*)"\]/y;
  const names: string[] = [];
  step.lastIndex = 1;
  while (path.startsWith('$') && step.lastIndex < path.length) {
    const match = step.exec(path);
    if (match === null) break;
    names.push(match[1] ?? match[2] ?? match[3] ?? match[4] ?? '');
  }
  if (path !== `$${path.slice(1, step.lastIndex)}`) throw invalid(`cannot follow the target ${path}`, FIX);
  return names;
};

const children = (node: Json | undefined, name: string): Place[] => {
  if (Array.isArray(node)) {
    const keys = name === '*' ? [...node.keys()] : [Number(name)];
    return keys.filter((key) => node[key] !== undefined).map((key) => ({ parent: node, key }));
  }
  if (!isObject(node)) return [];
  const keys = name === '*' ? Object.keys(node) : [name];
  return keys.filter((key) => Object.hasOwn(node, key)).map((key) => ({ parent: node, key }));
};

const at = (place: Place): Json | undefined => (place.parent as Record<string | number, Json>)[place.key];

const merge = (target: Json | undefined, update: Json): Json => {
  if (Array.isArray(target)) return [...target, ...(Array.isArray(update) ? update : [update])];
  if (!isObject(target) || !isObject(update)) return update;
  const merged = { ...target };
  for (const [name, value] of Object.entries(update)) {
    merged[name] = Object.hasOwn(merged, name) ? merge(merged[name], value) : value;
  }
  return merged;
};

/** Applies the actions in their order. A target that is not there is an error, or a rename would lose parts. */
export const applyOverlay = (document: Json, overlay: Json): Json => {
  const actions = isObject(overlay) ? overlay['actions'] : undefined;
  if (!Array.isArray(actions)) throw invalid('there are no actions', 'Write it as OpenAPI Overlay 1.0.0 has it.');
  const root: { [name: string]: Json } = { $: structuredClone(document) };
  for (const action of actions as unknown as Action[]) {
    if (typeof action?.target !== 'string') throw invalid('an action has no target', FIX);
    let places: Place[] = [{ parent: root, key: '$' }];
    for (const name of steps(action.target)) places = places.flatMap((place) => children(at(place), name));
    if (places.length === 0)
      throw invalid(`nothing is at the target ${action.target}`, 'Name a place that the description has.');
    // From the last to the first, so that removing an entry of an array does not move the others.
    for (const place of places.reverse()) {
      if (action.remove !== true) {
        (place.parent as Record<string | number, Json>)[place.key] = merge(at(place), action.update ?? {});
      } else if (Array.isArray(place.parent)) place.parent.splice(Number(place.key), 1);
      else delete place.parent[place.key];
    }
  }
  return root['$'] as Json;
};
