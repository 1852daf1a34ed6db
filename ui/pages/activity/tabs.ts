/** The two pages of *Activity*. */
export const activityTabs = [
  ['/activity', 'What happened'],
  ['/activity/inbox', 'Messages from your shop'],
] as const;
