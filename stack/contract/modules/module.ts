import { expressionTypeSchema } from '@middle/core/expression/type.ts';
import { moduleContentSchema, moduleKey } from '@middle/core/module/content.ts';
import { z } from 'zod';
import { accountParams } from '../accounts/account.ts';
import { timestamp, uuid } from '../shared.ts';

export const moduleParams = z.strictObject({ moduleKey });
export const moduleVersionParams = moduleParams.extend({
  version: z.coerce.number<number>().int().min(1).max(2_147_483_647),
});
export const accountModuleParams = accountParams.extend({ moduleKey });

export const moduleContent = moduleContentSchema.meta({
  id: 'ModuleContent',
  description: 'What a module is, without any account: what a file of a module holds.',
});

const described = {
  key: z.string(),
  title: z.string(),
  description: z.string(),
};

export const module = z
  .strictObject({
    ...described,
    version: z.int().meta({ description: 'The newest one.' }),
    publishedAt: timestamp,
    accounts: z.int().nullable().meta({ description: 'How many opted in; null: only owners see it.' }),
    attention: z
      .int()
      .nullable()
      .meta({ description: 'How many of them could not be brought to the newest version; null as above.' }),
    template: z
      .strictObject({
        accountId: uuid,
        workflows: z
          .record(z.string(), z.string())
          .meta({ description: 'Keys in the module by the ids of that account’s workflows.' }),
      })
      .nullable()
      .meta({ description: 'The account whose workflows it was made of; null: of a file, or as above.' }),
  })
  .meta({ id: 'Module' });

export const moduleNotes = z.string().max(10_000).default('');

export const moduleVersion = z
  .strictObject({
    version: z.int(),
    notes: z.string(),
    publishedBy: z.string(),
    publishedAt: timestamp,
    isInForce: z.boolean(),
  })
  .meta({ id: 'ModuleVersion' });

export const publishedModule = z
  .strictObject({
    key: z.string(),
    version: z.int(),
    isNew: z.boolean().meta({ description: 'False: the newest version is the same already.' }),
    accounts: z.int().meta({ description: 'How many opted in; a job brings them to this version.' }),
  })
  .meta({ id: 'PublishedModule' });

const moduleProblem = z
  .strictObject({
    path: z.string().meta({
      description: 'connections.SLOT, variables.KEY, features.KEY or workflows.KEY and where in it.',
    }),
    message: z.string(),
  })
  .meta({ id: 'ModuleProblem' });

const state = z.enum(['current', 'updating', 'attention']).meta({
  description:
    'current: its copies are of the newest version. updating: they are about to be. attention: they could not be, and are as they were.',
});

const problem = z
  .strictObject({
    version: z.int(),
    at: timestamp,
    message: z.string(),
    problems: z.array(moduleProblem),
  })
  .nullable()
  .meta({ description: 'Why its copies could not become those of this version.' });

/** An account that opted in, as owners see it. */
export const moduleAccount = z
  .strictObject({
    accountId: uuid,
    accountKey: z.string(),
    accountName: z.string(),
    version: z.int().meta({ description: 'That its copies are of.' }),
    state,
    problem,
    features: z.array(z.string()),
    appliedAt: timestamp,
  })
  .meta({ id: 'ModuleAccount' });

/** A module in the list of an account. */
export const accountModuleSummary = z
  .strictObject({
    ...described,
    version: z.int().meta({ description: 'The newest one.' }),
    optIn: z
      .strictObject({ version: z.int(), state, features: z.array(z.string()) })
      .nullable()
      .meta({ description: 'Null: the account did not opt in.' }),
  })
  .meta({ id: 'AccountModuleSummary' });

const feature = z.strictObject({
  ...described,
  workflows: z.array(z.string()).meta({ description: 'Names of those that come with it, in the module.' }),
  triggers: z.int(),
  connections: z.array(z.string()).meta({ description: 'Keys of the slots that it needs filled.' }),
  variables: z.array(z.string()).meta({ description: 'Keys of the variables that its workflows have.' }),
});

const slot = z.strictObject({
  key: z.string(),
  title: z.string(),
  app: z.string(),
  candidates: z
    .array(z.strictObject({ id: uuid, name: z.string() }))
    .meta({ description: 'The account’s connections of that app.' }),
});

const variable = z.strictObject({
  ...described,
  type: expressionTypeSchema,
  default: z.unknown().optional(),
  required: z.boolean().meta({ description: 'The module has no value for it: the account gives one.' }),
});

const copy = z.strictObject({
  id: uuid,
  name: z.string(),
  enabled: z.boolean(),
  triggers: z.int(),
  enabledTriggers: z.int(),
});

const bindings = z.record(z.string().min(1).max(63), uuid).meta({
  description:
    'Which connection of the account fills each slot. One that is alone of its app need not be named.',
});
const variables = z
  .record(z.string().min(1).max(63), z.unknown())
  .meta({ description: 'Values by the variables’ keys; one that is left out has the module’s own.' });
const triggersOn = z.boolean().meta({
  description:
    'Whether triggers begin switched on, those that later versions bring too. Those that are there keep their switch.',
});
const features = z.array(moduleKey).min(1, 'must name at least one feature').max(100);

/** What an account sees of a module. */
export const accountModule = z
  .strictObject({
    ...described,
    version: z.int(),
    features: z.array(feature),
    connections: z.array(slot),
    variables: z.array(variable),
    optIn: z
      .strictObject({
        version: z.int(),
        state,
        problem,
        features: z.array(z.string()),
        connections: bindings,
        variables,
        triggersOn,
        chosenBy: z.string(),
        chosenAt: timestamp,
        appliedAt: timestamp,
        workflows: z.array(copy),
      })
      .nullable(),
  })
  .meta({ id: 'AccountModule' });

const copies = z.enum(['delete', 'keep']).default('delete').meta({
  description: 'What becomes of copies that no chosen feature needs: keep makes them the account’s own.',
});
const underWay = z.enum(['finish', 'cancel']).default('finish').meta({
  description: 'What becomes of executions under way of copies that are deleted.',
});

export const moduleChoice = z.strictObject({
  features,
  connections: bindings.default({}),
  variables: variables.default({}),
  triggersOn: triggersOn.default(false),
  copies,
  underWay,
});

export const moduleRemoval = z.strictObject({ copies, underWay });

/** A module made of an account's workflows. */
export const moduleFromAccount = z.strictObject({
  key: moduleKey,
  title: moduleContentSchema.shape.title,
  description: moduleContentSchema.shape.description,
  features: z
    .array(
      z.strictObject({
        key: moduleKey,
        title: moduleContentSchema.shape.title,
        description: moduleContentSchema.shape.description,
        workflows: z
          .array(uuid)
          .min(1, 'must name at least one workflow')
          .max(200)
          .meta({ description: 'Ids of published workflows; those that they call come along.' }),
      }),
    )
    .min(1, 'must have at least one feature')
    .max(100),
  variables: moduleContentSchema.shape.variables.meta({
    description: 'Those of the workflows’ variables that each account gives its own value.',
  }),
  notes: moduleNotes,
});
