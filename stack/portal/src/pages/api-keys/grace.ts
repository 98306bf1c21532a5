/** How long what was replaced goes on working, in seconds. */
export const GRACE_CHOICES = [
  { value: '0', label: 'not a moment longer' },
  { value: '3600', label: '1 hour' },
  { value: '86400', label: '1 day' },
  { value: '604800', label: '7 days' },
  { value: '2592000', label: '30 days' },
];
