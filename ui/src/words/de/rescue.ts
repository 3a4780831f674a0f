import type * as en from '../en/rescue';

export const rescue: typeof en.rescue = {
  title: 'Retten',
  empty: 'Ist das Telefon die einzige Kopie?',
  emptyText:
    'Lass es am Ladegerät. Nicht zurücksetzen, nicht abmelden, nicht aktualisieren. Verbinde es dann per Kabel.',
};
