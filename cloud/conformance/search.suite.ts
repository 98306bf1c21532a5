import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import * as fc from 'fast-check';
import { MiddleError } from '@middle/core/errors.ts';
import { SEARCH_LIMITS } from '../ports/search.ts';
import type { FieldFilter, Search, SearchDocument, SearchPage, SearchQuery } from '../ports/search.ts';

export interface SearchWorld extends AsyncDisposable {
  readonly search: Search;
  /** Another reader of the same index, as the API's process is. */
  readonly reader: Pick<Search, 'query' | 'count'>;
}

const EVERYTHING: SearchQuery = {
  recordSets: [1],
  text: '',
  filters: [],
  sort: null,
  limit: 100,
  after: null,
};

const document = (
  recordSet: number,
  id: string,
  data: Record<string, unknown> = {},
  version = 1,
): SearchDocument => ({
  recordSet,
  id,
  version,
  updatedAt: new Date(1_700_000_000_000 + version),
  data: JSON.stringify({ id, ...data }),
});

const on = (
  attribute: string,
  operator: FieldFilter['operator'],
  value?: FieldFilter['value'],
): FieldFilter => ({
  attribute,
  operator,
  value,
});

/** What every Search adapter guarantees. Each test uses record sets of its own. */
export function testSearch(name: string, setup: () => Promise<SearchWorld>): void {
  describe(`search: ${name}`, () => {
    let world: SearchWorld;
    let lastSet = 0;
    before(async () => {
      world = await setup();
    });
    after(async () => {
      await world[Symbol.asyncDispose]();
    });

    const newSet = (): number => (lastSet += 1);
    const page = (query: Partial<SearchQuery>): Promise<SearchPage> =>
      world.reader.query({ ...EVERYTHING, ...query });
    const ids = async (query: Partial<SearchQuery>): Promise<string[]> =>
      (await page(query)).hits.map(({ id }) => id);
    const allPages = async (query: Partial<SearchQuery>): Promise<string[]> => {
      const found: string[] = [];
      for (let cursor: string | null = null; ;) {
        const { hits, next }: SearchPage = await page({ ...query, after: cursor });
        found.push(...hits.map(({ id }) => id));
        if (next === null) return found;
        cursor = next;
      }
    };
    const people = async (): Promise<number> => {
      const set = newSet();
      await world.search.write([
        document(set, 'p1', {
          name: 'Ada Lovelace',
          city: 'London',
          age: 36,
          born: '1815-12-10',
          active: false,
        }),
        document(set, 'p2', { name: 'Zoë Müller', city: 'Köln', age: 9, born: '1990-01-02', active: true }),
        document(set, 'p3', { name: '東京 太郎', city: '東京都', age: 100, born: null, active: true }),
        document(set, 'p4', {
          name: 'Ivan Петров',
          city: null,
          age: null,
          email: 'ivan.petrov@mail.example.org',
        }),
        document(set, 'P4', {
          name: 'Adam',
          city: 'london',
          age: -1.5,
          lines: [{ sku: 'SKU-77', quantity: 3 }],
        }),
      ]);
      return set;
    };

    test('finds by words in any order, by prefix of the last word, across attributes and within arrays', async () => {
      const set = await people();
      const found = async (text: string) => (await ids({ recordSets: [set], text })).sort();
      assert.deepEqual(await found('lovelace ada'), ['p1']);
      assert.deepEqual(await found('london lovel'), ['p1']);
      assert.deepEqual(await found('lovel london'), [], 'only the last word is a prefix');
      assert.deepEqual(await found('ada'), ['P4', 'p1']);
      assert.deepEqual(await found('sku-77'), ['P4']);
      assert.deepEqual(await found('ivan.petrov@mail'), ['p4']);
      assert.deepEqual(await found('100'), ['p3']);
      assert.deepEqual(await found('nobody'), []);
    });

    test('case, accents and scripts', async () => {
      const set = await people();
      for (const text of ['zoe', 'ZOË', 'muller', 'MÜLL', 'koln', 'Köln']) {
        assert.deepEqual(await ids({ recordSets: [set], text }), ['p2'], text);
      }
      for (const text of ['東京', '京', '太郎', '東京都'])
        assert.deepEqual(await ids({ recordSets: [set], text }), ['p3'], text);
      for (const text of ['ПЕТРОВ', 'петр'])
        assert.deepEqual(await ids({ recordSets: [set], text }), ['p4'], text);
    });

    test('a quoted phrase needs its words beside each other, in order', async () => {
      const set = await people();
      assert.deepEqual(await ids({ recordSets: [set], text: '"ada lovelace"' }), ['p1']);
      assert.deepEqual(await ids({ recordSets: [set], text: '"lovelace ada"' }), []);
      assert.deepEqual(
        await ids({ recordSets: [set], text: '"ada love"' }),
        [],
        'a closed phrase ends with a whole word',
      );
      assert.deepEqual(await ids({ recordSets: [set], text: '"ada love' }), ['p1']);
    });

    test('every filter operator, with types', async () => {
      const set = await people();
      const found = async (...filters: FieldFilter[]) => (await ids({ recordSets: [set], filters })).sort();
      assert.deepEqual(await found(on('city', 'is', 'London')), ['p1'], 'is compares exactly');
      assert.deepEqual(await found(on('city', 'is', 'LONDON')), []);
      assert.deepEqual(await found(on('id', 'is', 'p4')), ['p4'], 'ids that differ in case are two');
      assert.deepEqual(await found(on('age', 'is', 9)), ['p2']);
      assert.deepEqual(await found(on('active', 'is', true)), ['p2', 'p3']);
      assert.deepEqual(await found(on('city', 'is_not', 'London')), ['P4', 'p2', 'p3', 'p4']);
      assert.deepEqual(await found(on('active', 'is_not', true)), ['P4', 'p1', 'p4']);
      assert.deepEqual(await found(on('name', 'contains', 'OVEL')), ['p1']);
      assert.deepEqual(await found(on('name', 'contains', 'oe m')), ['p2']);
      assert.deepEqual(await found(on('name', 'starts_with', 'ADA')), ['P4', 'p1']);
      assert.deepEqual(await found(on('age', 'gt', 9)), ['p1', 'p3']);
      assert.deepEqual(await found(on('age', 'gte', 9)), ['p1', 'p2', 'p3']);
      assert.deepEqual(await found(on('age', 'lt', 9)), ['P4']);
      assert.deepEqual(await found(on('age', 'lte', 9)), ['P4', 'p2']);
      assert.deepEqual(await found(on('age', 'gt', 'a')), [], 'a number never compares with a text');
      assert.deepEqual(await found(on('born', 'lt', '1900-01-01')), ['p1']);
      assert.deepEqual(await found(on('city', 'is_null')), ['p4']);
      assert.deepEqual(await found(on('born', 'is_not_null')), ['p1', 'p2']);
      assert.deepEqual(
        await found(on('age', 'gt', 0), on('active', 'is', true), on('city', 'contains', 'k')),
        ['p2'],
      );
      assert.deepEqual(await found(on('no such attribute', 'is', 'x')), []);
      assert.deepEqual(await found(on(`x') or 1=1 --`, 'is_not_null')), []);
      assert.deepEqual(
        (await page({ recordSets: [set], text: 'ada', filters: [on('age', 'gt', 0)] })).total,
        { count: 1, exact: true },
      );
    });

    test('moments compare in time, whatever their offset', async () => {
      const set = newSet();
      await world.search.write([
        document(set, 'a', { at: '2024-03-01T12:00:00+05:00' }),
        document(set, 'b', { at: '2024-03-01T08:00:00Z' }),
        document(set, 'c', { at: '2024-03-01T01:00:00.500-08:00' }),
      ]);
      assert.deepEqual(await ids({ recordSets: [set], sort: { attribute: 'at', direction: 'asc' } }), [
        'a',
        'b',
        'c',
      ]);
      const filters: FieldFilter[] = [
        { attribute: 'at', operator: 'gt', value: '2024-03-01T09:30:00+01:30' },
      ];
      assert.deepEqual(await ids({ recordSets: [set], filters }), ['c']);
    });

    test('sorts by any attribute, nulls last in both directions', async () => {
      const set = await people();
      const sorted = (attribute: string, direction: 'asc' | 'desc') =>
        ids({ recordSets: [set], sort: { attribute, direction } });
      assert.deepEqual(await sorted('age', 'asc'), ['P4', 'p2', 'p1', 'p3', 'p4']);
      assert.deepEqual(await sorted('age', 'desc'), ['p3', 'p1', 'p2', 'P4', 'p4']);
      assert.deepEqual((await sorted('city', 'asc')).at(-1), 'p4');
      assert.deepEqual((await sorted('name', 'asc')).slice(0, 2), ['p1', 'P4'], 'case does not matter');
    });

    test('pages neither repeat nor skip: listed, sorted with nulls, ranked and beyond the ranked', async () => {
      const set = newSet();
      const documents = Array.from({ length: 1_500 }, (_, at) =>
        document(set, `r${at}`, {
          group: at % 7 === 0 ? null : at % 5,
          word: 'common',
          other: at % 3 === 0 ? 'third' : '',
        }),
      );
      await world.search.write(documents);
      const every = documents.map(({ id }) => id).sort();
      const limit = 110;
      assert.deepEqual((await allPages({ recordSets: [set], limit })).sort(), every);
      assert.deepEqual((await allPages({ recordSets: [set], limit, text: 'common' })).sort(), every);
      for (const direction of ['asc', 'desc'] as const) {
        const sorted = await allPages({ recordSets: [set], limit, sort: { attribute: 'group', direction } });
        assert.deepEqual(sorted.toSorted(), every);
        const filters: FieldFilter[] = [{ attribute: 'group', operator: 'gte', value: 2 }];
        const some = await allPages({
          recordSets: [set],
          limit: 37,
          text: 'third',
          filters,
          sort: { attribute: 'group', direction },
        });
        assert.equal(new Set(some).size, some.length);
        assert.equal(
          some.length,
          documents.filter((_, at) => at % 3 === 0 && at % 7 !== 0 && at % 5 >= 2).length,
        );
      }
    });

    test('pages stay right while documents are written', async () => {
      const set = newSet();
      await world.search.write(Array.from({ length: 60 }, (_, at) => document(set, `s${at}`, { at })));
      const query = { recordSets: [set], limit: 20, sort: { attribute: 'at', direction: 'asc' } } as const;
      const first = await page(query);
      await world.search.write([document(set, 'before', { at: -1 }), document(set, 's50', { at: 50.5 }, 2)]);
      await world.search.remove([{ recordSet: set, id: 's19', version: 1 }]);
      const second = await page({ ...query, after: first.next });
      const third = await page({ ...query, after: second.next });
      const seen = [...first.hits, ...second.hits, ...third.hits].map(({ id }) => id);
      assert.deepEqual(
        seen,
        Array.from({ length: 60 }, (_, at) => `s${at}`),
      );
    });

    test('searches several record sets at once, the best first, wherever it is', async () => {
      const [one, two, empty] = [newSet(), newSet(), newSet()];
      await world.search.write([
        document(one, 'x1', { note: 'about berlin and more' }),
        document(two, 'x1', { note: 'Berlin' }),
        document(two, 'berlin', { note: 'the id itself' }),
        ...Array.from({ length: 30 }, (_, at) => document(one, `n${at}`, { note: 'a berlin note' })),
      ]);
      const found = await page({ recordSets: [one, two, empty, 9_999], text: 'berlin', limit: 3 });
      assert.deepEqual(found.hits.slice(0, 2), [
        { recordSet: two, id: 'berlin' },
        { recordSet: two, id: 'x1' },
      ]);
      assert.deepEqual(found.total, { count: 33, exact: true });
      assert.equal((await allPages({ recordSets: [one, two], text: 'berlin', limit: 7 })).length, 33);
      assert.equal((await allPages({ recordSets: [one, two], limit: 7 })).length, 33);
      const sort = { attribute: 'note', direction: 'asc' } as const;
      await assert.rejects(page({ recordSets: [one, two], sort }), isRequestInvalid);
    });

    test('an older version never replaces a newer one, nor brings back what was removed', async () => {
      const set = newSet();
      await world.search.write([document(set, 'a', { word: 'third' }, 3)]);
      await world.search.write([
        document(set, 'a', { word: 'second' }, 2),
        document(set, 'b', { word: 'x' }, 1),
        document(set, 'b', { word: 'y' }, 2),
        document(set, 'b', { word: 'x' }, 1),
      ]);
      assert.deepEqual(await ids({ recordSets: [set], text: 'third' }), ['a']);
      assert.deepEqual(await ids({ recordSets: [set], text: 'second' }), []);
      assert.deepEqual(await ids({ recordSets: [set], text: 'y' }), ['b']);
      await world.search.remove([{ recordSet: set, id: 'a', version: 2 }]);
      assert.equal(await world.reader.count(set), 2, 'an older removal removes nothing');
      await world.search.remove([
        { recordSet: set, id: 'a', version: 4 },
        { recordSet: set, id: 'unknown', version: 1 },
      ]);
      await world.search.write([document(set, 'a', { word: 'third' }, 3)]);
      assert.deepEqual(await ids({ recordSets: [set] }), ['b']);
      await world.search.write([document(set, 'a', { word: 'fifth' }, 5)]);
      assert.deepEqual(await ids({ recordSets: [set], text: 'fifth' }), ['a']);
      await world.search.remove([{ recordSet: set, id: 'a', version: null }]);
      await world.search.write([document(set, 'a', { word: 'anew' }, 1)]);
      assert.deepEqual(await ids({ recordSets: [set], text: 'anew' }), ['a'], 'forgotten, not buried');
      assert.equal(await world.reader.count(set), 2);
    });

    test('writing in any order and any number of times ends in the newest versions', async () => {
      const write = fc.record({
        id: fc.constantFrom('a', 'b', 'c'),
        version: fc.integer({ min: 1, max: 5 }),
      });
      await fc.assert(
        fc.asyncProperty(fc.array(fc.array(write, { maxLength: 4 }), { maxLength: 5 }), async (batches) => {
          const set = newSet();
          const newest = new Map<string, number>();
          for (const batch of batches) {
            await world.search.write(
              batch.map(({ id, version }) => document(set, id, { word: `v${version}` }, version)),
            );
            for (const { id, version } of batch) newest.set(id, Math.max(version, newest.get(id) ?? 0));
          }
          const expected = [...newest]
            .sort(([a], [b]) => (a < b ? -1 : 1))
            .map(([id, version]) => ({ id, version }));
          assert.deepEqual(await world.search.scan(set, null, 10), expected);
          for (const { id, version } of expected)
            assert.ok((await ids({ recordSets: [set], text: `v${version}` })).includes(id));
          await world.search.dropRecordSet(set);
        }),
        { numRuns: 15 },
      );
    });

    test('scan gives ids and versions in byte order; count and drop', async () => {
      const set = newSet();
      const all = ['a', 'B', 'ä', 'Z', '10', '9', '\u{1F600}', '\u{FFFD}', ' '];
      await world.search.write(all.map((id) => document(set, id)));
      const expected = all.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
      assert.deepEqual(
        (await world.search.scan(set, null, 100)).map(({ id }) => id),
        expected,
      );
      assert.deepEqual(
        (await world.search.scan(set, expected[2] ?? '', 2)).map(({ id }) => id),
        expected.slice(3, 5),
      );
      assert.equal(await world.reader.count(set), all.length);
      await world.search.dropRecordSet(set);
      assert.equal(await world.reader.count(set), 0);
      assert.deepEqual(await world.search.scan(set, null, 10), []);
      await world.search.dropRecordSet(set);
    });

    test('a rebuild is invisible until it is finished, and misses nothing written meanwhile', async () => {
      const set = newSet();
      await world.search.write([document(set, 'old'), document(set, 'kept', { word: 'before' }, 1)]);
      assert.ok(!(await world.search.complete()).includes(set), 'only a rebuild knows that all is there');
      const rebuild = await world.search.rebuild(set);
      await rebuild.write([document(set, 'kept', { word: 'before' }, 1), document(set, 'new')]);
      assert.deepEqual((await ids({ recordSets: [set] })).sort(), ['kept', 'old']);
      await world.search.write([document(set, 'kept', { word: 'meanwhile' }, 2), document(set, 'late')]);
      await rebuild.write([document(set, 'kept', { word: 'before' }, 1)]);
      assert.deepEqual((await ids({ recordSets: [set] })).sort(), ['kept', 'late', 'old']);
      const first = await page({ recordSets: [set], limit: 1 });
      await rebuild.finish();
      assert.deepEqual((await ids({ recordSets: [set] })).sort(), ['kept', 'late', 'new']);
      assert.deepEqual(await ids({ recordSets: [set], text: 'meanwhile' }), ['kept']);
      assert.ok((await world.search.complete()).includes(set));
      await page({ recordSets: [set], limit: 1, after: first.next });
    });

    test('an abandoned or overtaken rebuild changes nothing', async () => {
      const set = newSet();
      await world.search.write([document(set, 'a')]);
      const abandoned = await world.search.rebuild(set);
      await abandoned.write([document(set, 'b')]);
      await abandoned.abandon();
      assert.deepEqual(await ids({ recordSets: [set] }), ['a']);
      const overtaken = await world.search.rebuild(set);
      const winner = await world.search.rebuild(set);
      await winner.write([document(set, 'c')]);
      await overtaken.write([document(set, 'd')]);
      await assert.rejects(overtaken.finish(), MiddleError);
      await winner.finish();
      assert.deepEqual(await ids({ recordSets: [set] }), ['c']);
    });

    test('counting stops at the cap', async () => {
      const set = newSet();
      const many = SEARCH_LIMITS.countCap + 5;
      await world.search.write(
        Array.from({ length: many }, (_, at) => document(set, `c${at}`, { word: 'many' })),
      );
      assert.deepEqual((await page({ recordSets: [set], text: 'many', limit: 1 })).total, {
        count: SEARCH_LIMITS.countCap,
        exact: false,
      });
      assert.equal(await world.reader.count(set), many);
    });

    test('no text is an error, and every text is answered in time', async () => {
      const set = await people();
      const hostile = [
        '"',
        '""',
        '"""',
        "'",
        '*',
        '**',
        'a*b',
        'AND',
        'OR NOT',
        'NEAR(a b)',
        'a NEAR b',
        'name:ada',
        '^ada',
        '-ada',
        '+ada',
        '{id name}: x',
        '(',
        ')',
        '((((',
        'a\0b',
        '\0',
        '\uD800',
        '\\',
        '%',
        '_',
        ';--',
        '–—…',
        '🙂',
        ' \t\n ',
        'x'.repeat(10_000),
        'a '.repeat(5_000),
        '"a '.repeat(3_000),
        '* '.repeat(5_000),
        '東'.repeat(5_000),
        '\u0301'.repeat(5_000),
      ];
      for (const text of hostile) await page({ recordSets: [set], text });
      await fc.assert(
        fc.asyncProperty(
          fc.string({ unit: 'binary', maxLength: 60 }),
          fc.string({ maxLength: 20 }),
          async (text, attribute) => {
            await page({ recordSets: [set], text });
            await page({ recordSets: [set], filters: [{ attribute, operator: 'contains', value: text }] });
            await page({ recordSets: [set], sort: { attribute, direction: 'desc' } });
          },
        ),
        { numRuns: 60 },
      );
    });

    test('any record can be indexed', async () => {
      const set = newSet();
      let version = 0;
      await fc.assert(
        fc.asyncProperty(fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue()), async (data) => {
          version += 1;
          await world.search.write([
            { recordSet: set, id: 'any', version, updatedAt: new Date(), data: JSON.stringify(data) },
          ]);
          assert.deepEqual(await world.search.scan(set, null, 2), [{ id: 'any', version }]);
        }),
        { numRuns: 60 },
      );
      await world.search.write([
        document(set, 'deep', {
          a: JSON.parse(`${'['.repeat(500)}1${']'.repeat(500)}`) as unknown,
          long: 'wort '.repeat(100_000),
        }),
      ]);
    });

    test('a cursor that is not one is the caller’s fault', async () => {
      const set = await people();
      const { next } = await page({ recordSets: [set], limit: 1 });
      assert.ok(next !== null);
      const sort = { attribute: 'age', direction: 'asc' } as const;
      for (const wrong of ['', 'x', 'bnVsbA', 'W10', 'WzEsMiwzXQ', "' or 1=1"])
        await assert.rejects(page({ recordSets: [set], after: wrong }), isRequestInvalid, wrong);
      await assert.rejects(
        page({ recordSets: [set], after: next, sort }),
        isRequestInvalid,
        'a cursor of another order',
      );
    });
  });
}

const isRequestInvalid = (error: unknown): boolean =>
  error instanceof MiddleError && error.code === 'request_invalid';
