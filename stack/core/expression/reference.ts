import { WORK_MAX } from './evaluate.ts';
import { FUNCTIONS, signatureOf } from './functions/catalogue.ts';
import { GROUPS } from './functions/definition.ts';
import type { FunctionDefinition, Group } from './functions/definition.ts';
import { SOURCE_MAX_CHARACTERS } from './syntax.ts';

export const GROUP_TITLES: Readonly<Record<Group, string>> = {
  logic: 'Choices and missing values',
  text: 'Texts',
  number: 'Numbers',
  date: 'Dates and times',
  list: 'Lists',
  object: 'Objects',
};

/** docs/expressions.md: what is written here, and every function as the catalogue says it. A test compares. */
export function expressionReference(): string {
  return [...INTRODUCTION, ...GROUPS.flatMap(sectionOf)].join('\n');
}

function sectionOf(group: Group): string[] {
  const functions = FUNCTIONS.filter((one) => one.group === group);
  return [`## ${GROUP_TITLES[group]}`, '', ...functions.flatMap(entryOf)];
}

function entryOf(definition: FunctionDefinition): string[] {
  const [source, result] = definition.example;
  const choices = definition.parameters.flatMap(({ name, oneOf }) =>
    oneOf === undefined ? [] : [` The ${name} is one of ${oneOf.join(', ')}.`],
  );
  return [
    `### \`${signatureOf(definition)}\``,
    '',
    definition.help + choices.join(''),
    '',
    '```',
    source,
    `→ ${JSON.stringify(result)}`,
    '```',
    '',
  ];
}

const INTRODUCTION = [
  '# Expressions',
  '',
  'One small language for every place that works something out: decisions, inputs of steps, criteria and mappings of triggers,',
  'filters of bulk steps, columns of exports. An expression is checked when it is saved: a name that is not there, a field that a',
  'record type doesn’t have, a number where a text is wanted are refused with the place and, where there is one, a suggestion.',
  '',
  '```',
  'record.population > 100000 && record.name.startsWith("B")',
  'record.founded < "1900-01-01" ? "old" : "new"',
  'related(record, "country_id").name',
  'related(record, "flight").filter(f, f.delay > 30).length()',
  'default(inputs.note, "none").trim().upper()',
  '```',
  '',
  'The grammar is that of CEL, the Common Expression Language; what the values are and mean is as follows.',
  '',
  '## Values',
  '',
  '- **Texts** `"a"` or `\'a\'`; `\\n`, `\\"` and `\\u00e9` within them. `+` puts texts and any other value together. A text is measured and cut by',
  '  characters, so that half an emoji never remains.',
  '- **Numbers** `1`, `2.5`: one kind, as in JSON. `+ - * / %`. Divided by zero, or too large: null.',
  '- **true** and **false**, with `&&`, `||`, `!`.',
  '- **Dates** and **dates and times** are ISO texts, `2026-01-31` and `2026-01-31T09:30:00Z`. Compared by the time they stand for, whatever',
  '  their offset, to the millisecond; a date stands for the beginning of its day in UTC. A text that is written out and is a date counts',
  '  as one: `record.founded < "1900-01-01"`. Any other text is read with `date(…)` or `datetime(…)`.',
  '- **Lists** `[1, 2]`; `list[0]` is the first item, `list[-1]` the last. `x in list` asks whether it is there.',
  '- **Objects** `{"name": record.name}`; `object.name`, or `object["any key"]`.',
  '- **Records**: their fields are the attributes of their record type.',
  '',
  '## Null',
  '',
  'What is missing is null, and null goes on: `record.note.upper()` is null when the note is, so is `record.amount * 2`. No chain of',
  'fields fails because one of them is missing. Null equals only null; nothing is less or more than null; a criterion that is null is not',
  'met; in a text that is put together null is nothing. `default(x, y)` gives another value in its place, `has(x)` asks whether it is there.',
  '',
  '## Choices',
  '',
  '`test ? one : other`, `switch(value, "a", 1, "b", 2, 0)`, `default(x, y)`.',
  '',
  '## Items of lists',
  '',
  'A function that goes through a list is given a name for the item and what to work out for each:',
  '`record.legs.filter(leg, leg.km > 100).map(leg, leg.code)`. Every function can be written both ways: `upper(x)` and `x.upper()`.',
  '',
  '## Related records',
  '',
  '`related(record, "name")` leads to other records of the same connection, in both directions, any number of times:',
  '',
  '- with the key of a **foreign key**: the record that it names, or null. The attribute itself remains the id, a text.',
  '  `related(record, "country_id").name`',
  '- with the key of **another record type** that has a foreign key to this one: the list of the records that name this one.',
  '  `related(record, "flight").length()`. When a record type names it by several foreign keys: `related(record, "flight.from_city_id")`.',
  '',
  'Only records that are there are found: one that vanished at its source is null. Up to 1,000 related records in one expression; more',
  'belong into a bulk step.',
  '',
  '## Time, chance and limits',
  '',
  '`now()` is the moment at which the step began, and `random()` and `uuid()` come from the execution, so that an expression gives the same',
  'each time it is worked out for it. There are no other sources: an expression reads nothing and changes nothing.',
  '',
  'Time zones are named as in `"Europe/Brussels"`; without one, UTC. Adding days, months or years keeps the time on the clocks there, adding',
  'hours counts hours. A local time that the clocks jump over is taken after the jump; one that comes twice, the first time.',
  '',
  `A source has up to ${SOURCE_MAX_CHARACTERS.toLocaleString('en')} characters. An evaluation may look at some ${WORK_MAX.toLocaleString('en')} items or make some ${(WORK_MAX * 16).toLocaleString('en')} characters of text`,
  'in all, and its values may be 100 levels deep; then it ends with the error `expression_failed` and its place.',
  'Texts are compared with patterns of `*` and `?` (`matches`); there are no regular expressions, which can take for ever.',
  '',
];
