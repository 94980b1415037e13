// @bitrix24/b24jssdk: the application by OAuth over http, the operator by a webhook, which the library wants over https.
//
//     node b24jssdk.mjs path/to/demo.json
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { B24Hook, B24OAuth } from '@bitrix24/b24jssdk'

const demo = JSON.parse(readFileSync(process.argv[2], 'utf8'))
const CONNECTOR = 'Client_JS' // Mixed case, to see that it comes back as it was registered.
const EVENTS = [
  'OnImConnectorMessageAdd', 'OnImConnectorMessageUpdate', 'OnImConnectorMessageDelete', 'OnSessionStart', 'OnSessionFinish'
]
const EVENT_MS_MAX = 20_000

/** The application's handler: keeps what arrives, and gives out what is waited for. */
class Handler {
  #arrived = []
  #waiting = []
  #server = createServer(async (request, response) => {
    let body = ''
    for await (const part of request.setEncoding('utf8')) body += part
    response.end()
    const event = { type: request.headers['content-type'], fields: Object.fromEntries(new URLSearchParams(body)) }
    const index = this.#waiting.findIndex(({ wanted }) => wanted(event.fields))
    if (index < 0) this.#arrived.push(event)
    else this.#waiting.splice(index, 1)[0].resolve(event)
  })

  async listen() {
    await new Promise((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    return `http://127.0.0.1:${this.#server.address().port}/events`
  }

  /** The next event of this name with these fields; checks what all events have in common. */
  async next(name, expected) {
    const all = { event: name.toUpperCase(), ...expected }
    const wanted = (fields) => Object.entries(all).every(([key, value]) => fields[key] === value)
    const index = this.#arrived.findIndex(({ fields }) => wanted(fields))
    const event = index >= 0 ? this.#arrived.splice(index, 1)[0] : await this.#wait(wanted, all)
    assert.match(event.type, /^application\/x-www-form-urlencoded/)
    const { fields } = event
    assert.equal(fields['auth[application_token]'], demo.application_token)
    assert.equal(fields['auth[domain]'], new URL(demo.portal).host)
    assert.equal(fields['auth[member_id]'], demo.member_id)
    assert.equal(fields['auth[client_endpoint]'], demo.client_endpoint)
    assert.match(fields.ts, /^\d{10}$/)
    assert.match(fields.event_handler_id, /^\d+$/)
    assert.equal(fields['auth[refresh_token]'], undefined)
    return fields
  }

  #wait(wanted, all) {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ wanted, resolve })
      const others = () => JSON.stringify(this.#arrived.map(({ fields }) => fields))
      setTimeout(() => reject(new Error(`no event with ${JSON.stringify(all)}, only ${others()}`)), EVENT_MS_MAX).unref()
    })
  }

  close() {
    this.#server.closeAllConnections()
    this.#server.close()
  }
}

function oauth(accessToken, expires) {
  const client = new B24OAuth(
    {
      applicationToken: demo.application_token,
      userId: 1,
      memberId: demo.member_id,
      accessToken,
      refreshToken: demo.refresh_token,
      expires,
      expiresIn: 3600,
      scope: '',
      domain: new URL(demo.portal).host,
      clientEndpoint: demo.client_endpoint,
      serverEndpoint: demo.client_endpoint,
      status: 'L'
    },
    { clientId: demo.client_id, clientSecret: demo.client_secret }
  )
  client.offClientSideWarning()
  return client
}

const inAnHour = () => Math.floor(Date.now() / 1000) + 3600
const client = oauth(demo.access_token, inAnHour())
const operator = B24Hook.fromWebhookUrl(demo.webhook.replace(demo.portal, demo.https))
operator.offClientSideWarning()

async function call(b24, method, params = {}) {
  const answer = await b24.actions.v2.call.make({ method, params })
  assert.ok(answer.isSuccess, `${method}: ${answer.getErrorMessages().join('; ')}`)
  const { result, time } = answer.getData()
  for (const key of ['start', 'finish', 'duration', 'processing']) assert.equal(typeof time[key], 'number', `time.${key}`)
  return result
}

/** What the library makes of a refusal, thrown or returned. */
async function refusal(b24, method, params) {
  let error
  try {
    error = [...(await b24.actions.v2.call.make({ method, params })).getErrors()][0]
  } catch (thrown) {
    error = thrown
  }
  assert.ok(error, `${method} should have been refused`)
  return { status: error.status, code: error.code, text: error.message }
}

const line = { CONNECTOR, LINE: demo.line }
const from = (id, text) => ({
  user: { id: 'js-customer', name: 'Maria' }, message: { id, date: 1_780_000_000, text }, chat: { id: 'js-chat' }
})

async function connect(handler) {
  const icon = { DATA_IMAGE: 'data:image/svg+xml,%3Csvg%20xmlns=%22http://www.w3.org/2000/svg%22/%3E', COLOR: '#69acc0' }
  const register = { ID: CONNECTOR, NAME: 'JavaScript', ICON: icon, PLACEMENT_HANDLER: handler }
  assert.deepEqual(await call(client, 'imconnector.register', register), { result: true })
  assert.deepEqual(await call(client, 'imconnector.register', register), { result: true })
  for (const event of EVENTS) assert.equal(await call(client, 'event.bind', { event, handler }), true)
  const again = await refusal(client, 'event.bind', { event: EVENTS[0], handler })
  assert.deepEqual([again.status, again.code], [400, 'ERROR_CORE'])
  assert.equal(await call(client, 'imconnector.activate', { ...line, ACTIVE: 1 }), true)
  const DATA = { ID: 'js-channel', URL_IM: 'https://channel.example/', NAME: 'JavaScript channel' }
  assert.equal(await call(client, 'imconnector.connector.data.set', { ...line, DATA }), true)
  assert.deepEqual(
    await call(client, 'imconnector.status', line),
    { LINE: demo.line, CONNECTOR: CONNECTOR.toLowerCase(), ERROR: false, CONFIGURED: true, STATUS: true }
  )
  // A finished session is over at once, not after ten minutes.
  const settings = { CONFIG_ID: demo.line, PARAMS: { FULL_CLOSE_TIME: 0 } }
  assert.equal(await call(operator, 'imopenlines.config.update', settings), true)
}

/** Sends a message, sends it again, and finds it once. */
async function sendOnce(handler, id, text) {
  const first = await call(client, 'imconnector.send.messages', { ...line, MESSAGES: [from(id, text)] })
  assert.equal(first.SUCCESS, true)
  const { session, SUCCESS } = first.DATA.RESULT[0]
  assert.equal(SUCCESS, true)
  assert.match(session.ID, /^\d+$/)
  assert.match(session.CHAT_ID, /^\d+$/)
  const again = await call(client, 'imconnector.send.messages', { ...line, MESSAGES: [from(id, text)] })
  assert.deepEqual(again.DATA.RESULT[0].session, session)
  assert.equal((await texts(session.CHAT_ID)).filter((shown) => shown === text).length, 1)
  await handler.next('OnSessionStart', {
    'data[DATA][0][session][id]': session.ID,
    'data[DATA][0][chat][id]': 'js-chat',
    'data[DATA][0][connector][connector_id]': CONNECTOR
  })
  return session
}

async function texts(chat) {
  const shown = await call(operator, 'im.dialog.messages.get', { DIALOG_ID: `chat${chat}`, LIMIT: 50 })
  return shown.messages.map(({ text }) => text)
}

/** The operator answers, edits and deletes; the channel confirms and is told of everything. */
async function operatorReplies(handler, session) {
  const chat = { 'data[CONNECTOR]': CONNECTOR, 'data[LINE]': `${demo.line}`, 'data[MESSAGES][0][chat][id]': 'js-chat' }
  assert.equal(await call(operator, 'imopenlines.operator.answer', { CHAT_ID: Number(session.CHAT_ID) }), true)
  const DIALOG_ID = `chat${session.CHAT_ID}`
  const MESSAGE_ID = await call(operator, 'im.message.add', { DIALOG_ID, MESSAGE: 'How can I help?' })
  assert.equal(typeof MESSAGE_ID, 'number')
  const im = { 'data[MESSAGES][0][im][chat_id]': session.CHAT_ID, 'data[MESSAGES][0][im][message_id]': `${MESSAGE_ID}` }
  const reply = await handler.next('OnImConnectorMessageAdd', { ...chat, ...im })
  assert.equal(reply['data[MESSAGES][0][message][text]'], '[b]Anna Ivanova:[/b][br] How can I help?')
  const confirmation = {
    im: { chat_id: reply['data[MESSAGES][0][im][chat_id]'], message_id: reply['data[MESSAGES][0][im][message_id]'] },
    message: { id: ['js-reply-1'], date: 1_780_000_001 },
    chat: { id: reply['data[MESSAGES][0][chat][id]'] }
  }
  assert.deepEqual(
    await call(client, 'imconnector.send.status.delivery', { ...line, MESSAGES: [confirmation] }),
    { SUCCESS: true, DATA: [] }
  )
  assert.equal(await call(operator, 'im.message.update', { MESSAGE_ID, MESSAGE: 'How may I help?' }), true)
  const update = await handler.next('OnImConnectorMessageUpdate', { ...chat, ...im })
  assert.equal(update['data[MESSAGES][0][message][id][0]'], 'js-reply-1')
  assert.equal(update['data[MESSAGES][0][message][text]'], '[b]Anna Ivanova:[/b][br] How may I help?')
  assert.equal(await call(operator, 'im.message.delete', { MESSAGE_ID }), true)
  const deletion = await handler.next('OnImConnectorMessageDelete', { ...chat, ...im })
  assert.equal(deletion['data[MESSAGES][0][message][id]'], 'js-reply-1')
}

async function customerChangesMessage(session, id, text) {
  const update = await call(client, 'imconnector.update.messages', { ...line, MESSAGES: [from(id, `${text} (edited)`)] })
  assert.equal(update.DATA.RESULT[0].SUCCESS, true)
  assert.ok((await texts(session.CHAT_ID)).includes(`${text} (edited)`))
  const gone = { user: { id: 'js-customer' }, message: { id }, chat: { id: 'js-chat' } }
  const deletion = await call(client, 'imconnector.delete.messages', { ...line, MESSAGES: [gone] })
  assert.equal(deletion.DATA.RESULT[0].SUCCESS, true)
  assert.ok(!(await texts(session.CHAT_ID)).includes(`${text} (edited)`))
}

async function finish(handler, session) {
  assert.equal(await call(operator, 'imopenlines.operator.finish', { CHAT_ID: session.CHAT_ID }), true)
  const fields = { 'data[DATA][0][session][id]': session.ID, 'data[DATA][0][session][closed]': 'Y' }
  await handler.next('OnSessionFinish', fields)
}

/** The library's own renewal, with a token whose hour is over, and with one that never was. */
async function renews() {
  for (const token of [demo.expired_token, 'garbage']) {
    const stale = oauth(token, inAnHour())
    const renewed = []
    stale.setCallbackRefreshAuth(async ({ b24OAuthParams }) => { renewed.push({ ...b24OAuthParams }) })
    assert.equal((await call(stale, 'user.current')).ID, '1')
    // The addresses are those of the answer from here on.
    assert.equal((await call(stale, 'app.info')).CODE, demo.client_id)
    assert.equal(renewed.length, 1, 'renewed once')
    assert.equal(renewed[0].clientEndpoint, demo.client_endpoint)
    assert.equal(renewed[0].serverEndpoint, demo.client_endpoint)
    assert.notEqual(renewed[0].refreshToken, demo.refresh_token)
    demo.refresh_token = renewed[0].refreshToken
  }
}

async function batches(session) {
  const calls = {
    me: { method: 'user.current', params: {} },
    ref: { method: 'im.user.get', params: { ID: '$result[me][ID]' } },
    wrong: { method: 'imconnector.status', params: {} },
    after: { method: 'imopenlines.dialog.get', params: { CHAT_ID: session.CHAT_ID } }
  }
  const run = async (isHaltOnError) => {
    const options = { isHaltOnError, returnAjaxResult: true }
    return (await client.actions.v2.batch.make({ calls, options })).getData()
  }
  const all = await run(false)
  assert.equal(all.me.getData().result.ID, '1')
  assert.equal(all.ref.getData().result.name, 'Anna Ivanova')
  assert.equal([...all.wrong.getErrors()][0].code, 'ERROR_ARGUMENT')
  assert.equal(all.after.getData().result.dialog_id, `chat${session.CHAT_ID}`)
  assert.deepEqual(Object.keys(await run(true)), ['me', 'ref', 'wrong'])
}

async function disconnect(handler) {
  for (const event of EVENTS) assert.deepEqual(await call(client, 'event.unbind', { event, handler }), { count: 1 })
  assert.deepEqual(await call(client, 'imconnector.unregister', { ID: CONNECTOR }), { result: true })
  assert.equal((await call(client, 'imconnector.list'))[CONNECTOR.toLowerCase()], undefined)
}

const handler = new Handler()
const address = await handler.listen()
await connect(address)
const first = await sendOnce(handler, 'js-1', 'Hello from JavaScript & <co>')
await operatorReplies(handler, first)
await customerChangesMessage(first, 'js-1', 'Hello from JavaScript & <co>')
await finish(handler, first)
const second = await sendOnce(handler, 'js-2', 'Hello again')
assert.equal(second.CHAT_ID, first.CHAT_ID)
assert.notEqual(second.ID, first.ID)
await batches(second)
await finish(handler, second)
await renews()
await disconnect(address)
handler.close()
