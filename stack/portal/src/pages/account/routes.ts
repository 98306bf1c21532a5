export { AccountPage } from './account.tsx';
export { AccountQuarantinePage, AccountRunsPage } from './lists.tsx';
export { AccountSearchPage } from './search.tsx';
export { AccountSettingsPage } from './settings.tsx';
