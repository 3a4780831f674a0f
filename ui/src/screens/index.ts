// The screens: each one's icon, name and code. Code is loaded when the screen is first opened.

import type { Component } from 'svelte';
import type { ScreenName } from '../frame/place';
import type { Route } from '../frame/route.svelte';
import type { Api } from '../ipc';
import {
  CalendarDays,
  ContactRound,
  History,
  House,
  Images,
  LifeBuoy,
  ListTodo,
  MessageCircle,
  Settings,
  Share,
  Smartphone,
  type Icon,
} from '../look/icons';
import { t } from '../words';

/** What every screen is given. */
export interface ScreenProps {
  api: Api;
  route: Route;
}

export interface ScreenEntry {
  icon: Icon;
  title: () => string;
  load: () => Promise<{ default: Component<ScreenProps> }>;
}

export const screens: Record<ScreenName, ScreenEntry> = {
  home: { icon: House, title: () => t.home.title, load: () => import('./home/Home.svelte') },
  photos: { icon: Images, title: () => t.photos.title, load: () => import('./photos/Photos.svelte') },
  contacts: {
    icon: ContactRound,
    title: () => t.contacts.title,
    load: () => import('./contacts/Contacts.svelte'),
  },
  calendar: {
    icon: CalendarDays,
    title: () => t.calendar.title,
    load: () => import('./calendar/Calendar.svelte'),
  },
  tasks: { icon: ListTodo, title: () => t.tasks.title, load: () => import('./tasks/Tasks.svelte') },
  messages: {
    icon: MessageCircle,
    title: () => t.messages.title,
    load: () => import('./messages/Messages.svelte'),
  },
  history: { icon: History, title: () => t.history.title, load: () => import('./history/History.svelte') },
  export: { icon: Share, title: () => t.exporting.title, load: () => import('./export/Export.svelte') },
  rescue: { icon: LifeBuoy, title: () => t.rescue.title, load: () => import('./rescue/Rescue.svelte') },
  settings: {
    icon: Settings,
    title: () => t.settings.title,
    load: () => import('./settings/Settings.svelte'),
  },
  start: { icon: Smartphone, title: () => t.start.title, load: () => import('./start/Start.svelte') },
};
