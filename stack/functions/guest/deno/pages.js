// ctx.pages: walks a paged list. How the next page is named is found out, or told by the author.

import { brokerFetch, EgressError } from './fetch.js';

const ITEM_KEYS = ['items', 'data', 'results', 'records', 'values', 'value', 'rows', 'entries', 'features'];
const NEXT_KEYS = [
  'next',
  'next_cursor',
  'nextCursor',
  'next_page_token',
  'nextPageToken',
  'cursor',
  '@odata.nextLink',
  'links.next',
  '_links.next.href',
  '_links.next',
  'paging.next',
  'paging.next.after',
  'pagination.next',
  'pagination.next_cursor',
  'meta.next',
  'meta.next_cursor',
  'page.next',
  'response_metadata.next_cursor',
];

export async function* pages(path, options = {}) {
  const { items, next, cursorParameter = 'cursor', from = null, ...init } = options;
  let target = from === null ? path : follow(path, from, cursorParameter);
  const seen = new Set();
  for (let number = 1; target !== null; number += 1) {
    const response = await brokerFetch(target, {
      ...init,
      headers: { accept: 'application/json', ...init.headers },
    });
    if (!response.ok) throw await refused(response, target);
    const body = await json(response, target);
    const found = itemsOf(body, items, target);
    const following = nextOf(body, response, next);
    yield { items: found, number, next: following, body, response };
    if (following === null) return;
    if (seen.has(following))
      throw new Error(`The page “${following}” of ${path} names itself, or an earlier one, as next.`);
    seen.add(following);
    target = follow(path, following, cursorParameter);
  }
}

async function refused(response, target) {
  const answer = (await response.text()).slice(0, 300);
  return new EgressError(
    'egress_failed',
    `GET ${withoutQuery(target)} answered ${String(response.status)}: ${answer}`,
  );
}

async function json(response, target) {
  const answer = await response.text();
  try {
    return JSON.parse(answer);
  } catch {
    throw new EgressError(
      'egress_failed',
      `GET ${withoutQuery(target)} did not answer JSON: ${answer.slice(0, 300)}`,
    );
  }
}

function itemsOf(body, key, target) {
  if (key !== undefined) {
    const found = at(body, key);
    if (Array.isArray(found)) return found;
    throw new Error(`There is no list at “${key}” in the answer of ${withoutQuery(target)}.`);
  }
  if (Array.isArray(body)) return body;
  for (const candidate of ITEM_KEYS) {
    const found = at(body, candidate);
    if (Array.isArray(found)) return found;
  }
  const lists = Object.values(body ?? {}).filter((value) => Array.isArray(value));
  if (lists.length === 1) return lists[0];
  throw new Error(
    `Which list of the answer of ${withoutQuery(target)} has the items? Tell with the option items.`,
  );
}

function nextOf(body, response, option) {
  if (typeof option === 'function') return named(option(body, response), response);
  if (option === 'link') return linkNext(response);
  if (option !== undefined) return named(at(body, option), response);
  const link = linkNext(response);
  if (link !== null) return link;
  for (const key of NEXT_KEYS) {
    const found = named(at(body, key), response);
    if (found !== null) return found;
  }
  return null;
}

/** RFC 8288: `<address>; rel="next"`, relative to the page. */
function linkNext(response) {
  for (const part of (response.headers.get('link') ?? '').split(/,(?=\s*<)/)) {
    const [, target] = /^\s*<([^>]*)>.*;\s*rel\s*=\s*"?(?:[^";]*\s)?next(?:\s[^";]*)?"?/i.exec(part) ?? [];
    if (target !== undefined)
      return URL.canParse(target, response.url) ? new URL(target, response.url).href : target;
  }
  return null;
}

/** A path with a query is relative to the page; a cursor may begin with a slash too, but has no question mark. */
function named(value, response) {
  const next = typeof value === 'number' ? String(value) : value;
  if (typeof next !== 'string' || next === '') return null;
  return /^(?:\/[^?]*)?\?/.test(next) && URL.canParse(next, response.url)
    ? new URL(next, response.url).href
    : next;
}

function at(body, key) {
  if (typeof body !== 'object' || body === null) return undefined;
  if (Object.hasOwn(body, key)) return body[key];
  let value = body;
  for (const part of key.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
    value = value[part];
  }
  return value;
}

/** An address is followed as it is; anything else is a cursor for the query. */
function follow(path, next, parameter) {
  if (/^https?:\/\//i.test(next)) return next;
  const [base, query = ''] = path.split('?', 2);
  const parameters = new URLSearchParams(query);
  parameters.set(parameter, next);
  return `${base}?${parameters}`;
}

function withoutQuery(target) {
  return target.split('?', 1)[0];
}
