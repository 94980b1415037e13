/** A connector as its author would write it: an address for events, and calls of the REST methods. */
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

import type { Portal } from './portal'

/** What an operator wrote. */
export interface Reply {
  text: string
  chat: string
  im: { chat_id: string; message_id: string }
  files: string[]
}

export interface Said {
  chatId: number
  messageId: string
}

const CODE = 'e2e_connector'
let lastId = 0

export class Connector {
  readonly replies: Reply[] = []
  /** How events are answered, and whether the channel confirms what it got. */
  mode: 'confirms' | 'accepts' | 'refuses' = 'confirms'
  private readonly waiting = new Set<() => void>()

  private constructor(
    private readonly portal: Portal,
    private readonly server: Server,
    private readonly files: Map<string, { mime: string; bytes: Uint8Array }>,
  ) {}

  static async open(portal: Portal): Promise<Connector> {
    const files = new Map<string, { mime: string; bytes: Uint8Array }>()
    const server = createServer()
    server.listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    const connector = new Connector(portal, server, files)
    server.on('request', (request, response) => {
      const file = files.get(request.url ?? '')
      if (file) {
        response.writeHead(200, { 'Content-Type': file.mime }).end(file.bytes)
        return
      }
      void connector.hear(request).then((status) => response.writeHead(status).end())
    })
    await portal.call('imconnector.register', { ID: CODE, NAME: 'Test channel', NEED_SIGNATURE: false, ICON: { DATA_IMAGE: 'data:image/svg+xml,' }, PLACEMENT_HANDLER: connector.address })
    await portal.call('imconnector.activate', { CONNECTOR: CODE, LINE: portal.demo.line, ACTIVE: 1 })
    for (const event of ['OnImConnectorMessageAdd', 'OnImConnectorMessageUpdate', 'OnImConnectorMessageDelete'])
      await portal.call('event.bind', { event, handler: connector.address })
    return connector
  }

  private get address(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`
  }

  async close(): Promise<void> {
    this.server.closeAllConnections()
    await new Promise((resolve) => this.server.close(resolve))
  }

  /** A customer writes; every name is a chat of its own. */
  async say(customer: string, text: string, message: object = {}, user: object = {}): Promise<Said> {
    const id = String(++lastId)
    const element = { user: { id: customer, name: customer, ...user }, message: { id, text, ...message }, chat: { id: `chat ${customer}` } }
    const sent = await this.tell<{ DATA: { RESULT: { session: { CHAT_ID: string } }[] } }>('imconnector.send.messages', element)
    return { chatId: Number(sent.DATA.RESULT[0]?.session.CHAT_ID), messageId: id }
  }

  /** An address at which the portal finds a file. */
  offer(name: string, mime: string, bytes: Uint8Array): { url: string; name: string } {
    this.files.set(`/files/${name}`, { mime, bytes })
    return { url: `${this.address}/files/${name}`, name }
  }

  async edit(customer: string, id: string, text: string): Promise<void> {
    await this.tell('imconnector.update.messages', { user: { id: customer, name: customer }, message: { id, text }, chat: { id: `chat ${customer}` } })
  }

  async remove(customer: string, id: string): Promise<void> {
    await this.tell('imconnector.delete.messages', { user: { id: customer, name: customer }, message: { id }, chat: { id: `chat ${customer}` } })
  }

  /** The channel has shown the reply to the customer, or the customer has read it. */
  async confirm(reply: Reply, how: 'delivery' | 'reading'): Promise<void> {
    await this.tell(`imconnector.send.status.${how}`, { im: reply.im, message: { id: [`there ${reply.im.message_id}`] }, chat: { id: reply.chat } })
  }

  /** The reply with this text, when it has come. */
  async reply(text: string): Promise<Reply> {
    for (;;) {
      const found = this.replies.find((one) => one.text.includes(text))
      if (found) return found
      await new Promise<void>((resolve) => this.waiting.add(resolve))
    }
  }

  private async tell<T>(method: string, element: object): Promise<T> {
    return this.portal.call<T>(method, { CONNECTOR: CODE, LINE: this.portal.demo.line, MESSAGES: [element] })
  }

  private async hear(request: IncomingMessage): Promise<number> {
    let body = ''
    for await (const chunk of request) body += String(chunk)
    if (this.mode === 'refuses') return 500
    const form = new URLSearchParams(body)
    const field = (name: string) => form.get(`data[MESSAGES][0]${name}`) ?? ''
    if (form.get('data[CONNECTOR]') !== CODE) return 200
    const files = [...form.entries()].filter(([name]) => /\[files\]\[\d+\]\[(link|url)\]$/i.test(name)).map(([, value]) => value)
    const reply = { text: field('[message][text]'), chat: field('[chat][id]'), im: { chat_id: field('[im][chat_id]'), message_id: field('[im][message_id]') }, files }
    this.replies.push(reply)
    for (const wake of this.waiting) wake()
    this.waiting.clear()
    if (this.mode === 'confirms' && form.get('event')?.toUpperCase() === 'ONIMCONNECTORMESSAGEADD') void this.confirm(reply, 'delivery').catch(() => {})
    return 200
  }
}
