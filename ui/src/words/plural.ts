// Plurals by the language's own rules (CLDR). `#` stands for the number as the locale writes it.

import { number } from './format';

/** The forms that a language needs, one text for each of its categories: a missing one is a type error. */
export type Forms<Category extends Intl.LDMLPluralRule> = Record<Category, string> & { zero?: string };

/** The plural of one language. A text for `zero` is taken for 0 in every language: "no contacts" reads better than "0". */
export function plurals<const Categories extends readonly Intl.LDMLPluralRule[]>(
  language: string,
  categories: Categories,
): (count: number, forms: Forms<Categories[number]>) => string {
  const rules = new Intl.PluralRules(language);
  return (count, forms) => {
    const category = rules.select(count);
    const known = (categories as readonly string[]).includes(category) ? category : 'other';
    const form = count === 0 && forms.zero !== undefined ? forms.zero : forms[known as Categories[number]];
    return form.replaceAll('#', number(count));
  };
}
