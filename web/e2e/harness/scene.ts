/** An ordinary afternoon: customers, what was said, and what people have set up. Pictures of the pages show it. */
import { deflateSync } from 'node:zlib'

import type { Desk } from './browser'
import type { Stage } from './stage'

export interface Scene {
  /** The chat with a picture, a voice message, a file, notes and a reply that failed. */
  chatId: number
  applicationId: number
}

/** A picture of hills in the evening, so that there is something to look at. */
export function hills(width = 640, height = 420): Uint8Array {
  const crc = (bytes: Uint8Array) => {
    let sum = 0xffffffff
    for (const byte of bytes) {
      sum ^= byte
      for (let bit = 0; bit < 8; bit++) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0)
    }
    return (sum ^ 0xffffffff) >>> 0
  }
  const part = (name: string, data: Uint8Array) => {
    const body = Buffer.concat([Buffer.from(name), data])
    const ends = Buffer.alloc(8)
    ends.writeUInt32BE(data.length, 0)
    ends.writeUInt32BE(crc(body), 4)
    return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)])
  }
  const rows = Buffer.alloc(height * (width * 3 + 1))
  const ridge = (x: number, layer: number) => height * (0.45 + layer * 0.15) + Math.sin(x / (60 + layer * 35) + layer * 2) * 26 + Math.sin(x / 23 + layer) * 6
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const layer = [2, 1, 0].find((one) => y > ridge(x, one))
      // In bands: small files.
      const sky = Math.floor((y / height) * 8) / 8
      const colour = layer === undefined ? [250 - sky * 60, 190 - sky * 40, 140 + sky * 70] : [[96, 84, 122], [62, 62, 98], [34, 42, 66]][layer] ?? [0, 0, 0]
      rows.set(colour.map(Math.round), y * (width * 3 + 1) + 1 + x * 3)
    }
  const head = Buffer.alloc(13)
  head.writeUInt32BE(width, 0)
  head.writeUInt32BE(height, 4)
  head.set([8, 2], 8)
  return Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), part('IHDR', head), part('IDAT', deflateSync(rows)), part('IEND', Buffer.alloc(0))])
}

/** Seconds of silence, as sound. */
function silence(seconds: number): Uint8Array {
  const data = Buffer.alloc(8_000 * seconds, 128)
  const head = Buffer.from('524946460000000057415645666d74201000000001000100401f0000401f0000010008006461746100000000', 'hex')
  head.writeUInt32LE(36 + data.length, 4)
  head.writeUInt32LE(data.length, 40)
  return Buffer.concat([head, data])
}

const CUSTOMERS: [name: string, text: string, more?: object][] = [
  ['Amara Okafor', 'Is the workshop on Saturday still on? I would bring two friends.'],
  ['Jonas Lindqvist', 'Thanks, that worked! 🙌'],
  ['Юлия Соколова', 'Добрый день! Подскажите, пожалуйста, когда придёт заказ 8812?', { phone: '+7 495 000-11-22' }],
  ['Dr. Friedrich Hohenstein', 'Sehr geehrte Damen und Herren, die Rechnung vom 3. November enthält einen Fehler: die Umsatzsteuer ist doppelt ausgewiesen.'],
  ['Chen Wei', 'Can I change the delivery address? https://shop.example/orders/5521'],
  ['Sofía Martínez', 'The discount code WINTER does not work at the till.'],
  ['Noah Williams', 'Do you ship to New Zealand?'],
  ['Fatima Zahra', 'مرحبا، هل المقاس ٤٢ متوفر؟'],
]

/** Sets the scene up as Anna would, in her browser. Everything in it is made once. */
export async function setScene(stage: Stage): Promise<Scene> {
  const { connector, portal } = stage
  const desk = await stage.desk(stage.anna)
  const labels = []
  for (const [title, color] of [['Delivery', 'blue'], ['Refund', 'red'], ['VIP', 'violet'], ['Waiting for supplier', 'amber']] as const)
    labels.push(await desk.call<{ id: number }>('trunkline.label.add', { title, color }))
  for (const [title, text, line_id] of [
    ['Greeting', 'Hello {customer.name}, this is {operator.name}. How can I help you?', null],
    ['Where is my parcel', 'Parcels take two to three working days. I will look up yours right away.', portal.demo.line],
    ['Opening hours', 'We are here on weekdays from 9:00 to 18:00, on Saturdays until 14:00.', null],
  ] as const)
    await desk.call('trunkline.quickanswer.add', { title, text, line_id })
  await desk.call('trunkline.department.add', { name: 'Support', parent_id: 1, sort: 100 })
  await desk.call('trunkline.employee.invite', { name: 'Clara', last_name: 'Jensen', email: 'clara@demo.example', role: 'supervisor', work_position: 'Head of support', department_ids: [1] })
  await desk.call('trunkline.webhook.add', { title: 'Nightly export', scopes: ['imopenlines', 'crm'] })
  const { application } = await desk.call<{ application: { id: number } }>('trunkline.application.add', {
    title: 'Order desk', url: 'https://orders.example/app', install_url: '', redirect_url: '', scopes: ['im', 'imopenlines', 'imconnector', 'crm'],
  })

  for (const [name, text, more] of CUSTOMERS) await connector.say(name, text, {}, more ?? {})
  const done = await connector.say('Peter Novak', 'Thank you, all is well now.')
  await talk(desk, done.chatId, 'You are welcome, Peter. Have a nice evening!')
  await desk.call('imopenlines.operator.finish', { CHAT_ID: done.chatId })

  const photo = connector.offer('parcel.png', 'image/png', hills())
  const voice = connector.offer('voice.wav', 'audio/wav', silence(7))
  const bill = connector.offer('Invoice 2026-4711.pdf', 'application/pdf', new TextEncoder().encode('%PDF-1.4 '.padEnd(48_000)))
  const maria = (text: string, message: object = {}) => connector.say('Maria Lopez', text, message, { phone: '+34 91 123 45 67', email: 'maria.lopez@example.com' })
  const { chatId } = await maria('Hi! My parcel 4711 was to come on Friday, and the box is open at one side.')
  await talk(desk, chatId, 'Hello Maria, I am sorry to hear that. Could you send me a picture of the box, please?')
  await maria('Of course, here it is.', { files: [photo] })
  await maria('', { files: [voice] })
  await desk.call('trunkline.message.send', { chat_id: chatId, client_id: crypto.randomUUID(), text: 'Warehouse says it left intact on Wednesday. [B]Replace it[/B] without asking for it back.', note: true })
  await talk(desk, chatId, 'Thank you. A new one leaves today, free of charge: https://shop.example/track/90817')
  await maria('That is very kind! And the invoice?', { files: [bill] })
  await desk.call('trunkline.chat.labels', { chat_id: chatId, label_ids: labels.slice(0, 3).map((one) => one.id) })
  await desk.call('trunkline.chat.priority', { chat_id: chatId, priority: 2 })
  return { chatId, applicationId: application.id }
}

/** A reply to a chat, taken if it is nobody's yet. */
async function talk(desk: Desk, chatId: number, text: string): Promise<void> {
  await desk.call('imopenlines.operator.answer', { CHAT_ID: chatId }).catch(() => {})
  await desk.call('trunkline.message.send', { chat_id: chatId, client_id: crypto.randomUUID(), text })
}
