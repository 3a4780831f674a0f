import type * as en from '../en/errors';

export const errors: typeof en.errors = {
  title: 'Das ging nicht',
  unknown: 'Es ist etwas geschehen, womit Sidekeep nicht gerechnet hat.',
  kept: 'Alles, was bewahrt war, ist weiterhin bewahrt.',
  screen: 'Diese Seite ließ sich nicht zeigen.',
};
