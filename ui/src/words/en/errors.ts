export const errors = {
  title: 'This did not work',
  unknown: 'Something went wrong that Sidekeep did not expect.',
  kept: 'Everything that was kept is still kept.',
  screen: 'This page could not be shown.',
};
