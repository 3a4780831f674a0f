export const home = {
  title: 'Home',
  empty: 'No phone yet',
  emptyText: 'Connect a phone, and Sidekeep keeps what is on it: every contact, every date, every picture.',
};
