import { expect, test } from 'vitest'

import { upload } from './upload'

/** A request that does what the test says. */
class FakeRequest {
  upload: { onprogress?: (event: object) => void } = {}
  status = 0
  responseText = ''
  sent: FormData | null = null
  address = ''
  headers: Record<string, string> = {}
  onload = () => {}
  onerror = () => {}
  onabort = () => {}
  open(_: string, address: string) {
    this.address = address
  }
  setRequestHeader(name: string, value: string) {
    this.headers[name] = value
  }
  send(form: FormData) {
    this.sent = form
  }
  abort() {
    this.onabort()
  }
  answer(status: number, body: string) {
    this.status = status
    this.responseText = body
    this.onload()
  }
}

function start() {
  const request = new FakeRequest()
  const parts: number[] = []
  const running = upload(new File(['abc'], 'a.txt'), 7, 'mark', (part) => parts.push(part), () => request as never)
  return { request, parts, running }
}

test('a file goes to its chat, and its progress is told', async () => {
  const { request, parts, running } = start()
  expect(request.address).toBe('/api/files?chat_id=7')
  expect(request.headers).toEqual({ 'X-Trunkline-Csrf': 'mark' })
  expect((request.sent?.get('file') as File).name).toBe('a.txt')
  request.upload.onprogress?.({ lengthComputable: true, loaded: 1, total: 4 })
  request.answer(200, '{"file":{"id":5}}')
  expect(parts).toEqual([0.25])
  expect(await running.done).toEqual({ id: 5 })
})

test.each([
  ['too big', (request: FakeRequest) => request.answer(413, '{"error":"TOO_BIG","error_description":"100 MB at most"}'), 'TOO_BIG'],
  ['a page instead of an answer', (request: FakeRequest) => request.answer(502, '<html>'), 'HTTP_502'],
  ['no connection', (request: FakeRequest) => request.onerror(), 'NETWORK'],
])('%s', async (_, act, code) => {
  const { request, running } = start()
  act(request)
  await expect(running.done).rejects.toMatchObject({ code })
})

test('a person cancels', async () => {
  const { running } = start()
  running.cancel()
  await expect(running.done).rejects.toMatchObject({ code: 'CANCELLED' })
})
