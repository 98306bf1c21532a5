import { WEBHOOK_METHODS } from '@middle/core/manifest.ts';
import { z } from 'zod';

/**
 * A recorded call, `tests/NAME.yaml` of an app package:
 *
 *   function: recent-sales                 a function of the manifest
 *   title: A page of sales                 optional; the file's name otherwise
 *   input: { since: …, until: … }          default {}
 *   cursor: abc                            optional: the run goes on after a crash
 *   request:                               for a webhook, instead of input
 *     method: POST                         default POST
 *     headers: { x-signature: '…' }        default {}; names in lower case
 *     query: { topic: orders }             default {}
 *     json: { id: 1 }                      or text: '…', or file: tests/requests/order.json; default: empty
 *   secrets: { signingKey: '…' }           for a webhook, default {}
 *   settings: { region: eu }               optional: what the connecting user filled in
 *   calls:                                 what the outside system answers
 *     - request: GET /sales?page=1         method, and path below the base address or whole address
 *       body: { any: JSON }                optional: the request must have this body
 *       status: 200                        default 200
 *       headers: { link: '…' }             default {}; content-type follows from json or text
 *       json: { items: [] }                or text: '…', or file: tests/answers/page-1.json; default: empty
 *       times: 2                           default 1: how often this call is made
 *   expect:
 *     records: { sale: [{ … }] }           what is emitted, by record type, in order
 *     counts: { sale: 250 }                or only how many
 *     result: { any: JSON }                what an action returns
 *     error: { code: egress_failed, message: part of it }
 *     progress: [cursor, cursor]           every cursor, in order
 *     logs: [part of a line]               each is found in some line
 *     invalid: 1                           how many records are not valid for their record type; default 0
 *
 * What `expect` does not name is not looked at, except that an error which is not expected fails the test, a type under
 * `records` or `counts` that is not named must not be emitted, and every record must be valid.
 */
export const recordedTestSchema = z.strictObject({
  function: z.string(),
  title: z.string().optional(),
  input: z.unknown().default({}),
  cursor: z.unknown().default(null),
  request: z
    .strictObject({
      method: z.enum(WEBHOOK_METHODS).default('POST'),
      headers: z.record(z.string(), z.string()).default({}),
      query: z.record(z.string(), z.string()).default({}),
      json: z.unknown().optional(),
      text: z.string().optional(),
      file: z.string().optional(),
    })
    .optional(),
  secrets: z.record(z.string(), z.union([z.string(), z.boolean()])).default({}),
  settings: z.record(z.string(), z.union([z.string(), z.boolean()])).default({}),
  calls: z
    .array(
      z.strictObject({
        request: z.string().regex(/^[A-Z]+ \S+$/, 'must be a method and an address, such as GET /sales'),
        body: z.unknown().optional(),
        status: z.int().min(200).max(599).default(200),
        headers: z.record(z.string(), z.string()).default({}),
        json: z.unknown().optional(),
        text: z.string().optional(),
        file: z.string().optional(),
        times: z.int().min(1).default(1),
      }),
    )
    .default([]),
  expect: z.strictObject({
    records: z.record(z.string(), z.array(z.record(z.string(), z.unknown()))).optional(),
    counts: z.record(z.string(), z.int().min(0)).optional(),
    result: z.unknown().optional(),
    error: z.strictObject({ code: z.string().optional(), message: z.string().optional() }).optional(),
    progress: z.array(z.unknown()).optional(),
    logs: z.array(z.string()).optional(),
    invalid: z.int().min(0).default(0),
  }),
});

export type RecordedTest = z.output<typeof recordedTestSchema>;
export type RecordedCall = RecordedTest['calls'][number];
export type RecordedExpectation = RecordedTest['expect'];
