import { expect, test, vi } from 'vitest'

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
