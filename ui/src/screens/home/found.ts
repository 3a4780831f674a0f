// What can be done from the palette: mirror, verify, add a phone or folder, show the archive.

import { matches, type Source } from '../../frame/found';
import { Folder, FolderOpen, Refresh, ShieldCheck, Smartphone, type Icon } from '../../look/icons';
import { t } from '../../words';
import type { Wish } from './overview.svelte';

export const actions: Source = {
  id: 'actions',
  heading: () => t.common.actions,
  find: (text, { api, route }) => {
    // Home does what is wished for, and shows what comes of it.
    const wish = (what: Wish) => () => route.go('home', { query: { [what]: '' } });
    const all: { id: string; title: string; icon: Icon; go: () => void }[] = [
      { id: 'mirror', title: t.home.mirror, icon: Refresh, go: wish('mirror') },
      { id: 'verify', title: t.home.verify, icon: ShieldCheck, go: wish('verify') },
      { id: 'folder', title: t.home.folder, icon: Folder, go: wish('folder') },
      {
        id: 'connect',
        title: t.home.connect,
        icon: Smartphone,
        go: () => route.go('start', { id: 'phone' }),
      },
      {
        id: 'show',
        title: t.errors.showArchive,
        icon: FolderOpen,
        go: () =>
          void api
            .opening()
            .then(({ archive }) => api.reveal(archive))
            .catch(() => route.go('home')),
      },
    ];
    return all.filter(({ title }) => matches(title, text));
  },
};
