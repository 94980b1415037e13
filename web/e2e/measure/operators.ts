/** A hundred operators of a line, signed in without a browser. */
import { request } from 'node:http'

import type { Portal } from '../harness/portal'

interface Answer {
  cookie: string
  body: { csrf: string } & Record<string, unknown>
}

/** Posts from an address of its own (all of 127.0.0.0/8 is this machine), as different people do. */
function post(url: string, number: number, body: object, headers: Record<string, string> = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const localAddress = `127.0.${1 + (number >> 8)}.${number & 255}`
    const call = request(url, { method: 'POST', localAddress, headers: { 'Content-Type': 'application/json', ...headers } }, (response) => {
      let text = ''
      response.on('data', (part) => (text += String(part)))
      response.on('end', () => {
        if (response.statusCode !== 200) return reject(new Error(`${url}: ${response.statusCode} ${text}`))
        const cookie = response.headers['set-cookie']?.[0]?.split(';')[0] ?? ''
        resolve({ cookie, body: JSON.parse(text) as Answer['body'] })
      })
    })
    call.on('error', reject)
    call.end(JSON.stringify(body))
  })
}

/** Invites them, lets each choose a password, and puts them into the line's queue. The result are their cookies. */
export async function employ(portal: Portal, count: number): Promise<string[]> {
  const anna = await post(`${portal.url}/api/session`, 1, portal.anna)
  const headers = { Cookie: anna.cookie, 'X-Trunkline-Csrf': anna.body.csrf }
  const cookies: string[] = []
  const ids: number[] = [1]
  for (let number = 2; number < count + 2; number++) {
    const params = { name: `Operator ${number}`, email: `operator${number}@example.com` }
    const { body } = await post(`${portal.url}/rest/trunkline.employee.invite`, number, params, headers)
    const { employee, link } = body.result as { employee: { id: number }; link: string }
    const signedIn = await post(`${portal.url}/api/invitation`, number, { token: link.split('/').at(-1), password: `a password of operator ${number}` })
    cookies.push(signedIn.cookie)
    ids.push(employee.id)
  }
  await portal.call('imopenlines.config.update', { CONFIG_ID: portal.demo.line, PARAMS: { QUEUE: { U: ids } } })
  return cookies
}
