import { afterEach, beforeEach, expect, test, vi } from 'vitest'

/** A server whose cookie is of the session that was begun last, in whichever tab. */
async function signedIn(as: number) {
  vi.resetModules()
  const asked: string[] = []
  const server = { csrf: 'first', userId: as }
  vi.stubGlobal('fetch', async (path: string, init: RequestInit) => {
    asked.push(path)
    const user = { id: server.userId, language: 'en', role: 'operator' }
    if (path === '/api/session') return new Response(JSON.stringify({ csrf: server.csrf, user }))
    const isOurs = (init.headers as Record<string, string>)['X-Trunkline-Csrf'] === server.csrf
    return isOurs ? new Response('{"result":true}') : new Response('{"error":"CSRF_FAILED"}', { status: 403 })
  })
  const session = await import('./session')
  await session.ensureSession()
  asked.length = 0
  return { ...session, server, asked }
}

beforeEach(() => localStorage.clear())
afterEach(() => vi.unstubAllGlobals())

test('when the same person signs in again in another tab, this one goes on, and asks once for the new mark', async () => {
  const { client, server, asked } = await signedIn(7)
  server.csrf = 'second'
  expect(await Promise.all([client.rest('a'), client.rest('b')])).toEqual([true, true])
  expect(asked.filter((path) => path === '/api/session')).toHaveLength(1)
  expect(client.csrf()).toBe('second')
})

test('when somebody else has signed in, nothing is done in their name: the page begins anew', async () => {
  const { client, server, asked } = await signedIn(7)
  const reload = vi.spyOn(location, 'reload').mockImplementation(() => {})
  Object.assign(server, { csrf: 'second', userId: 8 })
  const call = vi.fn()
  void client.rest('a').then(call, call)
  await vi.waitFor(() => expect(reload).toHaveBeenCalledOnce())
  expect(call).not.toHaveBeenCalled()
  expect(asked).toEqual(['/rest/a', '/api/session'])
  expect(client.csrf()).toBe('first')
})

test.each([
  ['/chat/5?x=1', '/chat/5?x=1'],
  [undefined, '/'],
  ['//elsewhere.example', '/'],
  ['/\\elsewhere.example', '/'],
  ['https://elsewhere.example', '/'],
])('after signing in one gets to %s only inside this app', async (wished, address) => {
  const { addressAfterSignIn } = await import('./session')
  expect(addressAfterSignIn(wished)).toBe(address)
})
