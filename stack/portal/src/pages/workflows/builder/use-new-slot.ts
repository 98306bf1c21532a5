import type { Slot, WorkflowDefinition } from '@middle/core/workflow/definition.ts';
import { useAction } from '../../../data/api.ts';
import type { Connection } from '../../../data/types.ts';
import { useBuilder } from './builder-context.ts';
import { freshKey, keyFrom } from './edit-keys.ts';

interface NewSlot {
  readonly slotFor: (definition: WorkflowDefinition, connection: Connection) => Slot;
  /** The definition with the slot; the connection is bound to it at once. */
  readonly withSlot: (
    definition: WorkflowDefinition,
    slot: Slot,
    connection: Connection,
  ) => WorkflowDefinition;
}

/** A place for a connection, filled with the one that was chosen. */
export function useNewSlot(): NewSlot {
  const { workflow } = useBuilder();
  const update = useAction('updateWorkflow', { stale: ['getWorkflow'] });
  return {
    slotFor: ({ connections }, { app }) => ({
      key: freshKey(keyFrom(app.key, 'connection'), new Set(connections.map(({ key }) => key))),
      title: app.name,
      app: app.key,
    }),
    withSlot: (definition, slot, connection) => {
      const bindings = { ...workflow.bindings, [slot.key]: connection.id };
      update.mutate({ params: { workflowId: workflow.id }, body: { bindings } });
      return { ...definition, connections: [...definition.connections, slot] };
    },
  };
}
