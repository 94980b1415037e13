import { beforeEach, expect, test, vi } from 'vitest'

vi.mock('./pages/Shell.vue', () => ({ default: { template: '<i />' } }))
vi.mock('./pages/Inbox.vue', () => ({ default: { template: '<i />' } }))
vi.mock('./pages/SignIn.vue', () => ({ default: { template: '<i />' } }))

/** Anew, as after a reload. */
async function opened(address: string, isSignedIn: boolean) {
  vi.resetModules()
  const { ApiError } = await import('./api/client')
  const { client } = await import('./app/session')
  const api = vi.spyOn(client, 'api').mockImplementation(async () => {
    if (!isSignedIn) throw new ApiError('NO_SESSION', '', 401)
    return { csrf: 'x', user: { id: 7, language: 'en', role: 'operator' } } as never
  })
  const { router } = await import('./router')
  await router.push(address)
  return { at: router.currentRoute.value.fullPath, asked: api.mock.calls.length }
}

beforeEach(() => localStorage.clear())

test('who is signed in goes straight in, to where they wanted to go', async () => {
  expect(await opened('/sign-in?to=/chat/5', true)).toEqual({ at: '/chat/5', asked: 1 })
  expect((await opened('/sign-in', true)).at).toBe('/')
})

test('who is not is asked to sign in, and the server is asked once', async () => {
  expect(await opened('/sign-in?to=/chat/5', false)).toEqual({ at: '/sign-in?to=/chat/5', asked: 1 })
  expect(await opened('/chat/5', false)).toEqual({ at: '/sign-in?to=/chat/5', asked: 1 })
})
