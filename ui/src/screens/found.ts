// The sources of the palette, in the order of their headings.

import type { Source } from '../frame/found';
import { matches } from '../frame/found';
import { screenNames, type ScreenName } from '../frame/place';
import type { Found, Kind } from '../ipc';
import { Film, Phone, Users, type Icon } from '../look/icons';
import { format, t } from '../words';
import { screens } from '.';
import { actions } from './home/found';

/** Where an item of a kind is looked at. */
const screenOf: Record<Kind, ScreenName> = {
  contact: 'contacts',
  group: 'contacts',
  event: 'calendar',
  task: 'tasks',
  message: 'messages',
  call: 'messages',
  photo: 'photos',
  film: 'photos',
};
const iconOf: Partial<Record<Kind, Icon>> = { group: Users, film: Film, call: Phone };

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

const archive: Source = {
  id: 'archive',
  heading: () => t.common.kept,
  remembered: true,
  find: async (text, { api, route }) => {
    if (text === '') return [];
    const hits = await api.search(text, 20);
    return hits.map(({ id, kind, title, note, present }: Found) => ({
      id,
      title: title || t.common.unnamed,
      detail: present ? note : format.list([note, t.common.gone].filter(Boolean)),
      icon: iconOf[kind] ?? screens[screenOf[kind]].icon,
      go: () => route.go(screenOf[kind], { id }),
    }));
  },
};

export const sources: readonly Source[] = [places, actions, archive];
