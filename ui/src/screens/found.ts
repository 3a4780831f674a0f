// The sources of the palette, in the order of their headings. A screen adds its own from screens/<name>/found.ts.

import { matches, type Source } from '../frame/found';
import { screenNames } from '../frame/place';
import { t } from '../words';
import { screens } from '.';

const places: Source = {
  id: 'screens',
  heading: () => t.common.goTo,
  find: (text, { route }) =>
    screenNames
      .filter((name) => name !== 'start' && matches(screens[name].title(), text))
      .map((name) => ({
        id: name,
        title: screens[name].title(),
        icon: screens[name].icon,
        go: () => route.go(name),
      })),
};

export const sources: readonly Source[] = [places];
