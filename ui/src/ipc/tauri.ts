// The engine behind the desktop shell. The only file that may import @tauri-apps/*.

import { invoke } from '@tauri-apps/api/core';
import { listen } from '@tauri-apps/api/event';
import type { Api } from './api';

export function tauri(): Api {
  return {
    home: () => invoke('home'),
    cancel: () => invoke('cancel'),
    on: (event, handler) => {
      const listening = listen(event, ({ payload }) => handler(payload as Parameters<typeof handler>[0]));
      return () => void listening.then((stop) => stop());
    },
  };
}
