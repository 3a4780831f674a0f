// What tells one state of an item from the one before: field by field. Pure.

export interface Field {
  /** Only fields of one kind are compared with each other. */
  readonly kind: string;
  /** In words. */
  readonly label: string;
  readonly text: string;
  /** What is compared, where that is not the text. */
  readonly key?: string;
}

/** Null before: it was added. Null after: it was taken away. */
export interface Difference {
  readonly kind: string;
  readonly before: Field | null;
  readonly after: Field | null;
}

/**
 * What is not the same in both, in the order of the fields, what was taken away at the end of its kind. Fields that are equal pair
 * first, then those with one value under two labels, then those with one label and two values: what is left came or went.
 */
export function differences(before: readonly Field[], after: readonly Field[]): Difference[] {
  const kinds = [...new Set([...after, ...before].map(({ kind }) => kind))];
  const [old, now] = [byKind(before), byKind(after)];
  return kinds.flatMap((kind) => ofOneKind(kind, old.get(kind) ?? [], now.get(kind) ?? []));
}

function ofOneKind(kind: string, before: readonly Field[], after: readonly Field[]): Difference[] {
  const pairs = new Map<Field, Field>();
  let [left, open] = [before, after];
  // Three passes of equal cost: a contact with 10,000 numbers is compared in a moment.
  for (const same of [(field: Field) => `${value(field)}\n${field.label}`, value, label]) {
    [left, open] = pair(left, open, same, pairs);
  }
  const changed = after.flatMap((field): Difference[] => {
    const old = pairs.get(field);
    if (!old) return [{ kind, before: null, after: field }];
    return value(old) === value(field) && old.label === field.label
      ? []
      : [{ kind, before: old, after: field }];
  });
  return [...changed, ...left.map((field) => ({ kind, before: field, after: null }))];
}

/** Pairs those that are the same in one respect; answers what is left of both. */
function pair(
  before: readonly Field[],
  after: readonly Field[],
  same: (field: Field) => string,
  pairs: Map<Field, Field>,
): [Field[], Field[]] {
  const waiting = new Map<string, Field[]>();
  for (const field of [...before].reverse()) {
    const key = same(field);
    const queue = waiting.get(key);
    if (queue) queue.push(field);
    else waiting.set(key, [field]);
  }
  const taken = new Set<Field>();
  const open = after.filter((field) => {
    const old = waiting.get(same(field))?.pop();
    if (!old) return true;
    pairs.set(field, old);
    taken.add(old);
    return false;
  });
  return [before.filter((field) => !taken.has(field)), open];
}

function byKind(fields: readonly Field[]): Map<string, Field[]> {
  const found = new Map<string, Field[]>();
  for (const field of fields) {
    const same = found.get(field.kind);
    if (same) same.push(field);
    else found.set(field.kind, [field]);
  }
  return found;
}

function value({ key, text }: Field): string {
  return key ?? text;
}

function label(field: Field): string {
  return field.label;
}
