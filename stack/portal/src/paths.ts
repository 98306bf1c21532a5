/** Every address of the portal. No other file builds one. */
const e = encodeURIComponent;

export const paths = {
  home: '/',
  signIn: '/sign-in',
  invitation: '/invitation',
  welcome: '/welcome',
  me: '/me',

  account: (account: string) => `/accounts/${e(account)}`,
  accountSearch: (account: string) => `/accounts/${e(account)}/search`,
  accountRuns: (account: string) => `/accounts/${e(account)}/runs`,
  accountQuarantine: (account: string) => `/accounts/${e(account)}/quarantine`,
  accountAlerts: (account: string) => `/accounts/${e(account)}/alerts`,
  accountAlertSettings: (account: string) => `/accounts/${e(account)}/alerts/settings`,
  apiKeys: (account: string) => `/accounts/${e(account)}/api-keys`,
  /** A page of the API's, outside the portal. */
  realTimeDocs: (account: string) => `/api/docs/accounts/${e(account)}`,
  accountSettings: (account: string) => `/accounts/${e(account)}/settings`,

  accountModules: (account: string) => `/accounts/${e(account)}/modules`,
  accountModule: (account: string, module: string) => `/accounts/${e(account)}/modules/${e(module)}`,

  workflows: (account: string) => `/accounts/${e(account)}/workflows`,
  accountExecutions: (account: string) => `/accounts/${e(account)}/executions`,
  accountDashboard: (account: string) => `/accounts/${e(account)}/dashboard`,
  workflow: (workflow: string) => `/workflows/${e(workflow)}`,
  workflowVersions: (workflow: string) => `/workflows/${e(workflow)}/versions`,
  workflowExecutions: (workflow: string) => `/workflows/${e(workflow)}/executions`,
  workflowTriggers: (workflow: string) => `/workflows/${e(workflow)}/triggers`,
  workflowDashboard: (workflow: string) => `/workflows/${e(workflow)}/dashboard`,
  workflowSettings: (workflow: string) => `/workflows/${e(workflow)}/settings`,
  execution: (execution: string) => `/executions/${e(execution)}`,
  trigger: (trigger: string) => `/triggers/${e(trigger)}`,

  connection: (connection: string) => `/connections/${e(connection)}`,
  connectionRuns: (connection: string) => `/connections/${e(connection)}/runs`,
  connectionQuarantine: (connection: string) => `/connections/${e(connection)}/quarantine`,
  connectionLookups: (connection: string) => `/connections/${e(connection)}/lookups`,
  connectionWebhooks: (connection: string) => `/connections/${e(connection)}/webhooks`,
  connectionSettings: (connection: string) => `/connections/${e(connection)}/settings`,
  records: (connection: string, recordType: string) =>
    `/connections/${e(connection)}/records/${e(recordType)}`,
  record: (connection: string, recordType: string, id: string) =>
    `/connections/${e(connection)}/records/${e(recordType)}/${e(id)}`,
  run: (run: string) => `/runs/${e(run)}`,

  apps: '/apps',
  app: (app: string) => `/apps/${e(app)}`,
  appVersion: (app: string, version: string) => `/apps/${e(app)}/versions/${e(version)}`,
  appFiles: (app: string, version: string) => `/apps/${e(app)}/versions/${e(version)}/files`,

  modules: '/modules',
  makeModule: '/make-module',
  module: (module: string) => `/modules/${e(module)}`,
  publishModule: (module: string) => `/modules/${e(module)}/publish`,

  alerts: '/alerts',
  alertSettings: '/alerts/settings',
  queues: '/queues',
  deadLetters: (app: string) => `/queues/${e(app)}/dead-letters`,
  balance: '/balance',
  audit: '/audit',
  people: '/people',
  health: '/health',
  settings: '/settings',
} as const;
