export const rescue = {
  title: 'Rescue',
  empty: 'Is the phone the only copy?',
  emptyText: 'Keep it charging. Do not reset it, do not sign out, do not update. Then connect it by cable.',
};
