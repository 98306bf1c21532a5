import { createAccount } from './accounts/create-account.ts';
import { deleteAccount } from './accounts/delete-account.ts';
import { getAccount } from './accounts/get-account.ts';
import { listAccounts } from './accounts/list-accounts.ts';
import { searchAccount } from './accounts/search-account.ts';
import { updateAccount } from './accounts/update-account.ts';
import { approveHosts } from './apps/approve-hosts.ts';
import { checkApp } from './apps/check-app.ts';
import { createAppCredential } from './apps/create-app-credential.ts';
import { deleteAppCredential } from './apps/delete-app-credential.ts';
import { deleteAppVersion } from './apps/delete-app-version.ts';
import { deleteApp } from './apps/delete-app.ts';
import { downloadApp } from './apps/download-app.ts';
import { getAppVersion } from './apps/get-app-version.ts';
import { getApp } from './apps/get-app.ts';
import { listAppCredentials } from './apps/list-app-credentials.ts';
import { listAppFiles } from './apps/list-app-files.ts';
import { listAppVersions } from './apps/list-app-versions.ts';
import { listApps } from './apps/list-apps.ts';
import { pushApp } from './apps/push-app.ts';
import { readAppFile } from './apps/read-app-file.ts';
import { switchOffAppVersion } from './apps/switch-off-app-version.ts';
import { switchOnAppVersion } from './apps/switch-on-app-version.ts';
import { updateAppCredential } from './apps/update-app-credential.ts';
import { updateApp } from './apps/update-app.ts';
import { listAuditEvents } from './audit/list-audit-events.ts';
import { chooseModule } from './modules/choose-module.ts';
import { deleteModule } from './modules/delete-module.ts';
import { getAccountModule } from './modules/get-account-module.ts';
import { getModule } from './modules/get-module.ts';
import { getModuleVersion } from './modules/get-module-version.ts';
import { leaveModule } from './modules/leave-module.ts';
import { listAccountModules } from './modules/list-account-modules.ts';
import { listModuleAccounts } from './modules/list-module-accounts.ts';
import { listModuleVersions } from './modules/list-module-versions.ts';
import { listModules } from './modules/list-modules.ts';
import { publishModule } from './modules/publish-module.ts';
import { publishModuleFromAccount } from './modules/publish-module-from-account.ts';
import { retryModuleUpdate } from './modules/retry-module-update.ts';
import { getBalance } from './balance/get-balance.ts';
import { allowDevelopmentHosts } from './connections/allow-development-hosts.ts';
import { createConnection } from './connections/create-connection.ts';
import { deleteConnection } from './connections/delete-connection.ts';
import { getConnection } from './connections/get-connection.ts';
import { listConnections } from './connections/list-connections.ts';
import { moveConnection } from './connections/move-connection.ts';
import { setCredentials } from './connections/set-credentials.ts';
import { testConnection } from './connections/test-connection.ts';
import { updateConnection } from './connections/update-connection.ts';
import { streamEvents } from './events/stream-events.ts';
import { checkExpression } from './expressions/check-expression.ts';
import { completeExpression } from './expressions/complete-expression.ts';
import { evaluateExpression } from './expressions/evaluate-expression.ts';
import { getHealth } from './health/get-health.ts';
import { getInvocation } from './invocations/get-invocation.ts';
import { listInvocationLogs } from './invocations/list-invocation-logs.ts';
import { listInvocations } from './invocations/list-invocations.ts';
import { cancelJob } from './jobs/cancel-job.ts';
import { getJob } from './jobs/get-job.ts';
import { listJobs } from './jobs/list-jobs.ts';
import { listLookups } from './lookups/list-lookups.ts';
import { retryLookups } from './lookups/retry-lookups.ts';
import { acceptInvitation } from './people/accept-invitation.ts';
import { createInvitation } from './people/create-invitation.ts';
import { inspectInvitation } from './people/inspect-invitation.ts';
import { listInvitations } from './people/list-invitations.ts';
import { listPeople } from './people/list-people.ts';
import { removePerson } from './people/remove-person.ts';
import { revokeInvitation } from './people/revoke-invitation.ts';
import { setRoles } from './people/set-roles.ts';
import { dismissInvalidRecord } from './quarantine/dismiss-invalid-record.ts';
import { getInvalidRecord } from './quarantine/get-invalid-record.ts';
import { listInvalidRecords } from './quarantine/list-invalid-records.ts';
import { listProposedChanges } from './quarantine/list-proposed-changes.ts';
import { reprocessInvalidRecords } from './quarantine/reprocess-invalid-records.ts';
import { deleteDeadLetters } from './queues/delete-dead-letters.ts';
import { listDeadLetters } from './queues/list-dead-letters.ts';
import { listQueues } from './queues/list-queues.ts';
import { redriveDeadLetters } from './queues/redrive-dead-letters.ts';
import { compareRecord } from './records/compare-record.ts';
import { getRecord } from './records/get-record.ts';
import { listRecordProvenance } from './records/list-record-provenance.ts';
import { listRecordVersions } from './records/list-record-versions.ts';
import { listRecords } from './records/list-records.ts';
import { listRelatedRecords } from './records/list-related-records.ts';
import { listRelatedTabs } from './records/list-related-tabs.ts';
import { checkSearchIndex } from './search-index/check-search-index.ts';
import { getSearchIndex } from './search-index/get-search-index.ts';
import { rebuildSearchIndex } from './search-index/rebuild-search-index.ts';
import { listRepeatJobs } from './repeats/list-repeat-jobs.ts';
import { listRepeats } from './repeats/list-repeats.ts';
import { replayExecution } from './repeats/replay-execution.ts';
import { replayExecutions } from './repeats/replay-executions.ts';
import { runExecutionAgain } from './repeats/run-execution-again.ts';
import { runExecutionsAgain } from './repeats/run-executions-again.ts';
import { tryWorkflow } from './repeats/try-workflow.ts';
import { createSignInLink } from './session/create-sign-in-link.ts';
import { disableSecondFactor } from './session/disable-second-factor.ts';
import { endSession } from './session/end-session.ts';
import { enrolSecondFactor } from './session/enrol-second-factor.ts';
import { getMe } from './session/get-me.ts';
import { listSessions } from './session/list-sessions.ts';
import { redeemSignInLink } from './session/redeem-sign-in-link.ts';
import { setPassword } from './session/set-password.ts';
import { signIn } from './session/sign-in.ts';
import { signOut } from './session/sign-out.ts';
import { updateMe } from './session/update-me.ts';
import { verifySecondFactor } from './session/verify-second-factor.ts';
import { getSettings } from './settings/get-settings.ts';
import { updateSettings } from './settings/update-settings.ts';
import { cancelSyncRun } from './syncs/cancel-sync-run.ts';
import { getSyncRun } from './syncs/get-sync-run.ts';
import { listRecordSets } from './syncs/list-record-sets.ts';
import { listSyncRunInvocations } from './syncs/list-sync-run-invocations.ts';
import { listSyncRunLogs } from './syncs/list-sync-run-logs.ts';
import { listSyncRuns } from './syncs/list-sync-runs.ts';
import { runSync } from './syncs/run-sync.ts';
import { updateSync } from './syncs/update-sync.ts';
import { checkTrigger } from './triggers/check-trigger.ts';
import { createTrigger } from './triggers/create-trigger.ts';
import { deleteTrigger } from './triggers/delete-trigger.ts';
import { getTrigger } from './triggers/get-trigger.ts';
import { listRequeued } from './triggers/list-requeued.ts';
import { listTriggerCounts } from './triggers/list-trigger-counts.ts';
import { listTriggers } from './triggers/list-triggers.ts';
import { retryRequeued } from './triggers/retry-requeued.ts';
import { tryTriggerDefinition } from './triggers/try-trigger-definition.ts';
import { tryTrigger } from './triggers/try-trigger.ts';
import { updateTrigger } from './triggers/update-trigger.ts';
import { checkWorkflow } from './workflows/check-workflow.ts';
import { compareWorkflowVersions } from './workflows/compare-workflow-versions.ts';
import { createWorkflow } from './workflows/create-workflow.ts';
import { deleteWorkflow } from './workflows/delete-workflow.ts';
import { getWorkflow } from './workflows/get-workflow.ts';
import { getWorkflowScope } from './workflows/get-workflow-scope.ts';
import { getWorkflowVersion } from './workflows/get-workflow-version.ts';
import { listWorkflowVersions } from './workflows/list-workflow-versions.ts';
import { listWorkflows } from './workflows/list-workflows.ts';
import { publishWorkflow } from './workflows/publish-workflow.ts';
import { restoreWorkflowVersion } from './workflows/restore-workflow-version.ts';
import { saveWorkflowDraft } from './workflows/save-workflow-draft.ts';
import { startWorkflow } from './workflows/start-workflow.ts';
import { updateWorkflow } from './workflows/update-workflow.ts';
import { createApiKey } from './api-keys/create-api-key.ts';
import { getApiKey } from './api-keys/get-api-key.ts';
import { listApiKeys } from './api-keys/list-api-keys.ts';
import { revokeApiKey } from './api-keys/revoke-api-key.ts';
import { rotateApiKey } from './api-keys/rotate-api-key.ts';
import { updateApiKey } from './api-keys/update-api-key.ts';
import { deleteWorkflowEndpoint } from './workflow-endpoints/delete-workflow-endpoint.ts';
import { describeWorkflowEndpoints } from './workflow-endpoints/describe-workflow-endpoints.ts';
import { getWorkflowEndpoint } from './workflow-endpoints/get-workflow-endpoint.ts';
import { listWorkflowEndpoints } from './workflow-endpoints/list-workflow-endpoints.ts';
import { putWorkflowEndpoint } from './workflow-endpoints/put-workflow-endpoint.ts';
import { changeWebhookAddress } from './webhooks/change-webhook-address.ts';
import { deleteWebhookRequests } from './webhooks/delete-webhook-requests.ts';
import { getWebhookRequest } from './webhooks/get-webhook-request.ts';
import { listWebhookRequests } from './webhooks/list-webhook-requests.ts';
import { listWebhooks } from './webhooks/list-webhooks.ts';
import { redriveWebhookRequests } from './webhooks/redrive-webhook-requests.ts';
import { cancelExecution } from './executions/cancel-execution.ts';
import { createFileLink } from './executions/create-file-link.ts';
import { getExecution } from './executions/get-execution.ts';
import { listExecutions } from './executions/list-executions.ts';
import { listStepRuns } from './executions/list-step-runs.ts';
import { getExecutionStatistics } from './executions/get-execution-statistics.ts';
import { allowPrivateAddresses } from './alerts/allow-private-addresses.ts';
import { attendAlert } from './alerts/attend-alert.ts';
import { changeChannelSecret } from './alerts/change-channel-secret.ts';
import { createAlertChannel } from './alerts/create-alert-channel.ts';
import { createStackAlertChannel } from './alerts/create-stack-alert-channel.ts';
import { deleteAlertChannel } from './alerts/delete-alert-channel.ts';
import { deleteMailServer } from './alerts/delete-mail-server.ts';
import { getMailServer } from './alerts/get-mail-server.ts';
import { listAlertChannels } from './alerts/list-alert-channels.ts';
import { listAlertMessages } from './alerts/list-alert-messages.ts';
import { listAlertRecipients } from './alerts/list-alert-recipients.ts';
import { listAlertRules } from './alerts/list-alert-rules.ts';
import { listAlerts } from './alerts/list-alerts.ts';
import { listStackAlertChannels } from './alerts/list-stack-alert-channels.ts';
import { listStackAlertRecipients } from './alerts/list-stack-alert-recipients.ts';
import { listStackAlertRules } from './alerts/list-stack-alert-rules.ts';
import { retryAlertMessages } from './alerts/retry-alert-messages.ts';
import { setAlertRule } from './alerts/set-alert-rule.ts';
import { setMailServer } from './alerts/set-mail-server.ts';
import { setStackAlertRule } from './alerts/set-stack-alert-rule.ts';
import { testAlertChannel } from './alerts/test-alert-channel.ts';
import { testMailServer } from './alerts/test-mail-server.ts';
import { updateAlertChannel } from './alerts/update-alert-channel.ts';

/** Every endpoint by its name, which is also its OpenAPI operationId and the method of the client. */
export const endpoints = {
  createAccount,
  deleteAccount,
  getAccount,
  listAccounts,
  searchAccount,
  updateAccount,
  approveHosts,
  checkApp,
  createAppCredential,
  deleteAppCredential,
  deleteAppVersion,
  deleteApp,
  downloadApp,
  getAppVersion,
  getApp,
  listAppCredentials,
  listAppFiles,
  listAppVersions,
  listApps,
  pushApp,
  readAppFile,
  switchOffAppVersion,
  switchOnAppVersion,
  updateAppCredential,
  updateApp,
  listAuditEvents,
  chooseModule,
  deleteModule,
  getAccountModule,
  getModule,
  getModuleVersion,
  leaveModule,
  listAccountModules,
  listModuleAccounts,
  listModuleVersions,
  listModules,
  publishModule,
  publishModuleFromAccount,
  retryModuleUpdate,
  getBalance,
  allowDevelopmentHosts,
  createConnection,
  deleteConnection,
  getConnection,
  listConnections,
  moveConnection,
  setCredentials,
  testConnection,
  updateConnection,
  streamEvents,
  checkExpression,
  completeExpression,
  evaluateExpression,
  getHealth,
  getInvocation,
  listInvocationLogs,
  listInvocations,
  cancelJob,
  getJob,
  listJobs,
  listLookups,
  retryLookups,
  acceptInvitation,
  createInvitation,
  inspectInvitation,
  listInvitations,
  listPeople,
  removePerson,
  revokeInvitation,
  setRoles,
  dismissInvalidRecord,
  getInvalidRecord,
  listInvalidRecords,
  listProposedChanges,
  reprocessInvalidRecords,
  deleteDeadLetters,
  listDeadLetters,
  listQueues,
  redriveDeadLetters,
  compareRecord,
  getRecord,
  listRecordProvenance,
  listRecordVersions,
  listRecords,
  listRelatedRecords,
  listRelatedTabs,
  listRepeatJobs,
  listRepeats,
  replayExecution,
  replayExecutions,
  runExecutionAgain,
  runExecutionsAgain,
  tryWorkflow,
  checkSearchIndex,
  getSearchIndex,
  rebuildSearchIndex,
  createSignInLink,
  disableSecondFactor,
  endSession,
  enrolSecondFactor,
  getMe,
  listSessions,
  redeemSignInLink,
  setPassword,
  signIn,
  signOut,
  updateMe,
  verifySecondFactor,
  getSettings,
  updateSettings,
  cancelSyncRun,
  getSyncRun,
  listRecordSets,
  listSyncRunInvocations,
  listSyncRunLogs,
  listSyncRuns,
  runSync,
  updateSync,
  checkTrigger,
  createTrigger,
  deleteTrigger,
  getTrigger,
  listRequeued,
  listTriggerCounts,
  listTriggers,
  retryRequeued,
  tryTriggerDefinition,
  tryTrigger,
  updateTrigger,
  getExecutionStatistics,
  cancelExecution,
  createFileLink,
  getExecution,
  listExecutions,
  listStepRuns,
  checkWorkflow,
  compareWorkflowVersions,
  createWorkflow,
  deleteWorkflow,
  getWorkflow,
  getWorkflowScope,
  getWorkflowVersion,
  listWorkflowVersions,
  listWorkflows,
  publishWorkflow,
  restoreWorkflowVersion,
  saveWorkflowDraft,
  startWorkflow,
  updateWorkflow,
  createApiKey,
  getApiKey,
  listApiKeys,
  revokeApiKey,
  rotateApiKey,
  updateApiKey,
  deleteWorkflowEndpoint,
  describeWorkflowEndpoints,
  getWorkflowEndpoint,
  listWorkflowEndpoints,
  putWorkflowEndpoint,
  changeWebhookAddress,
  deleteWebhookRequests,
  getWebhookRequest,
  listWebhookRequests,
  listWebhooks,
  redriveWebhookRequests,
  allowPrivateAddresses,
  attendAlert,
  changeChannelSecret,
  createAlertChannel,
  createStackAlertChannel,
  deleteAlertChannel,
  deleteMailServer,
  getMailServer,
  listAlertChannels,
  listAlertMessages,
  listAlertRecipients,
  listAlertRules,
  listAlerts,
  listStackAlertChannels,
  listStackAlertRecipients,
  listStackAlertRules,
  retryAlertMessages,
  setAlertRule,
  setMailServer,
  setStackAlertRule,
  testAlertChannel,
  testMailServer,
  updateAlertChannel,
} as const;
