import { expect, test, vi } from 'vitest'

import { FakeClock } from '../../tests/support/time'
import { ApiError, createClient } from './client'

function answering(status: number, body: unknown, headers: Record<string, string> = {}) {
  return vi.fn(async () => new Response(typeof body === 'string' ? body : JSON.stringify(body), { status, headers }))
}

async function problem(fetch: typeof globalThis.fetch, onSignedOut = () => {}): Promise<ApiError> {
  const client = createClient({ fetch, onSignedOut })
  return (await client.rest('trunkline.start').catch((error: unknown) => error)) as ApiError
}

test('a call is a POST with JSON and the mark of the session', async () => {
  const fetch = answering(200, { result: { number: 5 }, time: {} })
  const client = createClient({ fetch })
  client.adopt({ csrf: 'mark', user: {} as never })
  expect(await client.call('trunkline.chat.read', { chat_id: 3, no: 4 })).toEqual({ number: 5 })
  const [address, init] = fetch.mock.calls[0] as unknown as [string, RequestInit]
  expect(address).toBe('/rest/trunkline.chat.read')
  expect(init.method).toBe('POST')
  expect(init.body).toBe('{"chat_id":3,"no":4}')
  expect(init.headers).toMatchObject({ 'X-Trunkline-Csrf': 'mark', 'Content-Type': 'application/json' })
})

test.each([
  ['refused for good', answering(400, { error: 'EMPTY', error_description: 'Text is empty' }), 'EMPTY', false],
  ['an error with status 200', answering(200, { error: 'ACCESS_DENIED', error_description: 'No' }), 'ACCESS_DENIED', false],
  ['too fast', answering(429, { error: 'TOO_MANY' }, { 'Retry-After': '7' }), 'TOO_MANY', true],
  ['the limit of the protocol', answering(503, { error: 'QUERY_LIMIT_EXCEEDED' }), 'QUERY_LIMIT_EXCEEDED', true],
  ['a page of something between us', answering(502, '<html>'), 'NOT_JSON', true],
  ['no answer', vi.fn(async () => { throw new TypeError('failed') }), 'NETWORK', true],
])('%s', async (_, fetch, code, isTemporary) => {
  const error = await problem(fetch as never)
  expect(error).toBeInstanceOf(ApiError)
  expect([error.code, error.isTemporary]).toEqual([code, isTemporary])
})

test('how long to wait is passed on', async () => {
  expect((await problem(answering(429, { error: 'TOO_MANY' }, { 'Retry-After': '7' }))).retryAfterMs).toBe(7_000)
  expect((await problem(answering(429, { error: 'TOO_MANY', retry_after_s: 3 }))).retryAfterMs).toBe(3_000)
})

test('a session that ended is told, a wrong password ends none', async () => {
  const onSignedOut = vi.fn()
  await problem(answering(401, { error: 'NO_SESSION' }), onSignedOut)
  expect(onSignedOut).toHaveBeenCalledTimes(1)
  const client = createClient({ fetch: answering(401, { error: 'WRONG_CREDENTIALS' }), onSignedOut })
  await client.api('POST', '/api/session', {}).catch(() => {})
  expect(onSignedOut).toHaveBeenCalledTimes(1)
})

/** An answer that never comes, unless the call is given up. */
const hanging = (_: unknown, init?: RequestInit) =>
  new Promise<Response>((_, reject) => init?.signal?.addEventListener('abort', () => reject(init.signal?.reason)))

test.each([
  ['trunkline.chat.get', 30_000],
  ['trunkline.report.get', 70_000],
])('a call of %s without an answer is given up after %i ms, and may be made again', async (method, limitMs) => {
  const clock = new FakeClock()
  let error: ApiError | null = null
  const call = createClient({ fetch: hanging as never, clock }).rest(method).catch((problem: ApiError) => void (error = problem))
  clock.advance(limitMs - 1)
  await Promise.resolve()
  expect(error).toBeNull()
  clock.advance(1)
  await call
  expect(error).toMatchObject({ code: 'NETWORK', isTemporary: true })
})

test('a body that breaks off is no answer either', async () => {
  const body = new ReadableStream({ start: (stream) => stream.error(new TypeError('broken off')) })
  expect((await problem(vi.fn(async () => new Response(body)) as never)).code).toBe('NETWORK')
})

test('who gives a call up hears just that', async () => {
  const given = new AbortController()
  const call = createClient({ fetch: hanging as never }).rest('trunkline.start', {}, given.signal)
  given.abort()
  await expect(call).rejects.toHaveProperty('name', 'AbortError')
})

test('a mark that is no longer the session\'s is renewed, and the call is made once more with it', async () => {
  const marks: string[] = []
  const refused = { status: 403, body: '{"error":"CSRF_FAILED"}' }
  const fetch = vi.fn(async (_: unknown, init: RequestInit) => {
    const mark = (init.headers as Record<string, string>)['X-Trunkline-Csrf'] ?? ''
    marks.push(mark)
    return mark === 'new' ? new Response('{"result":1}') : new Response(refused.body, { status: refused.status })
  })
  const renew = vi.fn(async () => client.adopt({ csrf: 'new', user: {} as never }))
  const client = createClient({ fetch: fetch as never, renew })
  client.adopt({ csrf: 'old', user: {} as never })
  expect(await client.rest('trunkline.chat.read')).toBe(1)
  expect(marks).toEqual(['old', 'new'])
  // One that is refused again is refused.
  renew.mockImplementation(async () => client.adopt({ csrf: 'wrong', user: {} as never }))
  client.adopt({ csrf: 'old', user: {} as never })
  await expect(client.rest('trunkline.chat.read')).rejects.toMatchObject({ code: 'CSRF_FAILED' })
  expect(marks).toEqual(['old', 'new', 'old', 'wrong'])
})
