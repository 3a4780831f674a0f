// The engine behind the desktop shell. The only file that may import @tauri-apps/*.

import { convertFileSrc, invoke } from '@tauri-apps/api/core';
import { listen } from '@tauri-apps/api/event';
import type { Api } from './api';

export function tauri(): Api {
  return {
    opening: () => invoke('opening'),
    settings: () => invoke('settings'),
    changeSettings: (settings) => invoke('change_settings', { settings }),
    useArchive: (folder) => invoke('use_archive', { folder }),
    chooseFolder: (title) => invoke('choose_folder', { title }),
    chooseFiles: (title) => invoke('choose_files', { title }),
    open: (path) => invoke('open', { path }),
    reveal: (path) => invoke('reveal', { path }),
    dragOut: (paths) => invoke('drag_out', { paths }),
    asFile: (ids) => invoke('as_file', { ids }),
    notify: (title, body) => invoke('notify', { title, body }),
    nameTray: (words) => invoke('name_tray', { words }),

    home: () => invoke('home'),
    reachable: () => invoke('reachable'),
    addSource: (text, name) => invoke('add_source', { text, name }),
    renameSource: (source, name) => invoke('rename_source', { source, name }),
    forgetSource: (name) => invoke('forget_source', { name }),
    belongs: (phone, to) => invoke('belongs', { phone, to }),

    pair: (address, code) => invoke('pair', { address, code }),
    pairing: () => invoke('pairing'),
    invite: () => invoke('invite'),
    pairInvited: () => invoke('pair_invited'),

    lookInto: (source, password) => invoke('look_into', { source, password }),
    addAccount: (order) => invoke('add_account', { order }),

    mirror: (source, rescue) => invoke('mirror', { source, rescue }),
    mirrorDemo: () => invoke('mirror_demo'),
    bringIn: (paths) => invoke('bring_in', { paths }),
    verify: () => invoke('verify'),
    cancel: () => invoke('cancel'),
    running: () => invoke('running'),

    gallery: (filter) => invoke('gallery', { filter }),
    photo: (id, asOf) => invoke('photo', { id, asOf }),
    thumb: (id, edge, tag) => address(`thumb/${edge}/${id}`, tag),
    original: (id, tag) => address(`original/${id}`, tag),
    film: (id) => invoke('film', { id }),

    people: (asOf) => invoke('people', { asOf }),
    person: (id, asOf) => invoke('person', { id, asOf }),
    portrait: (id, tag) => address(`portrait/${id}`, tag),
    search: (words, limit) => invoke('search', { words, limit }),

    calendars: () => invoke('calendars'),
    occurrences: (span) => invoke('occurrences', { span }),
    entry: (id, asOf) => invoke('entry', { id, asOf }),
    tasks: (asOf) => invoke('tasks', { asOf }),

    runs: () => invoke('runs'),
    changes: (run, from, limit) => invoke('changes', { run, from, limit }),
    decide: (run, accept) => invoke('decide', { run, accept }),

    restorePlaces: () => invoke('restore_places'),
    restore: (order, preview) => invoke('restore', { order, preview }),

    exportPreview: (order) => invoke('export_preview', { order }),
    exportTo: (order) => invoke('export_to', { order }),

    on: (event, handler) => {
      type Payload = Parameters<typeof handler>[0];
      const hear = <T>(name: string, take: (payload: T) => unknown) =>
        listen<T>(name, ({ payload }) => handler(take(payload) as Payload));
      // Drags are the window's own events, under names of its own.
      const listening =
        event === 'dropped'
          ? [hear<{ paths: string[] }>('tauri://drag-drop', ({ paths }) => paths)]
          : event === 'dragging'
            ? [
                hear('tauri://drag-enter', () => true),
                hear('tauri://drag-leave', () => false),
                hear('tauri://drag-drop', () => false),
              ]
            : [hear(event, (payload) => payload)];
      return () => listening.forEach((heard) => void heard.then((stop) => stop()));
    },
  };
}

/**
 * The photo protocol's address differs between systems; the slashes in the path are ours and stay. With `v` it changes when
 * the bytes do, and what it leads to is remembered for good.
 */
function address(path: string, tag: string | null): string {
  return convertFileSrc('', 'photo') + path + (tag === null ? '' : `?v=${tag}`);
}
