/**
 * BB code of messages as a tree of our own words; what is not understood is text. There is no way from here to HTML: the
 * screen makes elements from the tree (BbText.ts). Tags nest up to 32 deep, deeper ones are text.
 */

export type Node =
  | { kind: 'text'; text: string }
  | { kind: 'break' }
  | { kind: 'bold' | 'italic' | 'underline' | 'strike' | 'quote'; children: Node[] }
  | { kind: 'code'; text: string }
  | { kind: 'link'; href: string; children: Node[] }
  | { kind: 'image'; href: string }
  | { kind: 'user'; id: number; children: Node[] }
  | { kind: 'time'; ms: number }

const NESTING_MAX = 32

type Container = Extract<Node, { children: Node[] }>

const SIMPLE = { b: 'bold', i: 'italic', u: 'underline', s: 'strike' } as const

/** Tags whose text stays while they themselves mean nothing here. */
const TRANSPARENT = new Set(['size', 'color', 'chat', 'context', 'put', 'send'])

const TAG = /\[(\/?)([a-z]+|\*)(?:=([^\]\n]{0,2000}))?\]/giy

export function parse(source: string): Node[] {
  return blocks(source.replace(/\r\n?/g, '\n'))
}

/** Lines of `>>` and what stands between two lines of hyphens are quotes. */
function blocks(source: string): Node[] {
  const lines = source.split('\n')
  const isFence = (line: string | undefined) => line !== undefined && /^-{20,}$/.test(line.trim())
  const nodes: Node[] = []
  let plain: string[] = []
  const flush = () => {
    if (plain.length > 0) nodes.push(...inline(plain.join('\n')))
    plain = []
  }
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? ''
    if (isFence(line)) {
      const end = lines.findIndex((other, index) => index > at && isFence(other))
      if (end > 0) {
        flush()
        nodes.push({ kind: 'quote', children: inline(lines.slice(at + 1, end).join('\n')) })
        at = end
        continue
      }
    }
    if (line.startsWith('>>')) {
      flush()
      const quoted = [line]
      while (lines[at + 1]?.startsWith('>>')) quoted.push(lines[(at += 1)] ?? '')
      nodes.push({ kind: 'quote', children: inline(quoted.map((each) => each.slice(2).trimStart()).join('\n')) })
      continue
    }
    plain.push(line)
  }
  flush()
  return nodes
}

interface Open {
  name: string
  /** As it was written, for when it is never closed. */
  source: string
  node: Container | null
  children: Node[]
}

function inline(source: string): Node[] {
  const root: Node[] = []
  const stack: Open[] = []
  let text = ''
  const here = () => stack.at(-1)?.children ?? root
  const flush = () => {
    if (text) here().push(...plainText(text))
    text = ''
  }
  let at = 0
  while (at < source.length) {
    if (source[at] !== '[') {
      const next = source.indexOf('[', at)
      const end = next < 0 ? source.length : next
      text += source.slice(at, end)
      at = end
      continue
    }
    TAG.lastIndex = at
    const found = TAG.exec(source)
    const step = found && tag(source, at, found, stack)
    if (!found || !step) {
      text += '['
      at += 1
      continue
    }
    at = step.end
    flush()
    if (step.kind === 'leaf') here().push(step.node)
    else if (step.kind === 'open') stack.push(step.open)
    else closeTo(stack, step.depth, here, root)
  }
  flush()
  // Whatever was never closed is text, with what it holds after it.
  while (stack.length > 0) unopen(stack, root)
  return root
}

type Step =
  | { kind: 'leaf'; node: Node; end: number }
  | { kind: 'open'; open: Open; end: number }
  | { kind: 'close'; depth: number; end: number }

function tag(source: string, at: number, found: RegExpExecArray, stack: Open[]): Step | null {
  const end = at + found[0].length
  const name = (found[2] ?? '').toLowerCase()
  const value = unquoted(found[3])
  if (found[1]) {
    const depth = stack.findLastIndex((open) => open.name === name)
    return depth < 0 ? null : { kind: 'close', depth, end }
  }
  if (name === 'br') return { kind: 'leaf', node: { kind: 'break' }, end }
  if (name === 'timestamp') {
    const seconds = Number(value.split(' ')[0])
    if (!Number.isSafeInteger(seconds) || seconds <= 0 || seconds > 253_402_300_799) return null
    return { kind: 'leaf', node: { kind: 'time', ms: seconds * 1000 }, end }
  }
  if (name === 'code' || name === 'img' || (name === 'url' && found[3] === undefined)) {
    return verbatim(source, end, name)
  }
  if (stack.length >= NESTING_MAX) return null
  const open = (node: Container | null): Step => ({
    kind: 'open', end, open: { name, source: found[0], node, children: node?.children ?? [] },
  })
  if (name in SIMPLE) return open({ kind: SIMPLE[name as keyof typeof SIMPLE], children: [] })
  if (name === 'quote') return open({ kind: 'quote', children: [] })
  if (name === 'url') {
    const href = safeAddress(value)
    return href ? open({ kind: 'link', href, children: [] }) : null
  }
  if (name === 'call') {
    const href = safeAddress(`tel:${value.replace(/[^\d+*#]/g, '')}`)
    return href ? open({ kind: 'link', href, children: [] }) : null
  }
  if (name === 'user' && /^\d{1,15}/.test(value)) {
    return open({ kind: 'user', id: Number.parseInt(value, 10), children: [] })
  }
  return TRANSPARENT.has(name) ? open(null) : null
}

/** Tags whose inside is taken as it stands, up to their end. */
function verbatim(source: string, from: number, name: string): Step | null {
  const close = `[/${name}]`
  const until = source.slice(from, from + 20_000).toLowerCase().indexOf(close)
  if (until < 0) return null
  const inside = source.slice(from, from + until)
  const end = from + until + close.length
  if (name === 'code') return { kind: 'leaf', node: { kind: 'code', text: inside.replace(/^\n|\n$/g, '') }, end }
  const href = safeAddress(inside.trim())
  if (!href) return null
  if (name === 'img') return /^https?:|^\//.test(href) ? { kind: 'leaf', node: { kind: 'image', href }, end } : null
  return { kind: 'leaf', node: { kind: 'link', href, children: [{ kind: 'text', text: inside.trim() }] }, end }
}

function closeTo(stack: Open[], depth: number, here: () => Node[], root: Node[]): void {
  while (stack.length > depth + 1) unopen(stack, root)
  const open = stack.pop()
  if (!open) return
  if (open.node) here().push(open.node)
  else here().push(...open.children)
}

function unopen(stack: Open[], root: Node[]): void {
  const open = stack.pop()
  if (!open) return
  const target = stack.at(-1)?.children ?? root
  target.push({ kind: 'text', text: open.source }, ...open.children)
}

function unquoted(value: string | undefined): string {
  return (value ?? '').trim().replace(/^(["'])(.*)\1$/, '$2')
}

/** An address that may be opened: http, https, mailto, tel, or a path of this host. Everything else is null. */
export function safeAddress(address: string): string | null {
  const clean = address.replace(/[\u0000-\u0020\u007f]/g, (sign) => (sign === ' ' ? '%20' : ''))
  if (clean.length > 4_000) return null
  if (/^\/(?![/\\])/.test(clean)) return clean
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(clean)?.[1]?.toLowerCase()
  if (scheme === 'http' || scheme === 'https') return URL.canParse(clean) ? clean : null
  if (scheme === 'mailto' || scheme === 'tel') return clean.length > scheme.length + 1 ? clean : null
  if (!scheme && /^www\.[^\s/]+\.[^\s/]+/i.test(clean)) return `https://${clean}`
  return null
}

/** A file of ours by its path: people may reach the portal by another name than the one it calls itself. */
export function localPath(address: string): string {
  const path = /^https?:\/\/[^/]+(\/files\/.*)$/i.exec(address)?.[1]
  return path ?? address
}

const ADDRESS = /\bhttps?:\/\/[^\s<>"'[\]{}|\\^`]{2,2000}|\bwww\.[^\s<>"'[\]{}|\\^`]{4,500}|\b[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}\b/gi

/** Text with its line breaks and the addresses in it. */
function plainText(text: string): Node[] {
  const nodes: Node[] = []
  text.split('\n').forEach((line, index) => {
    if (index > 0) nodes.push({ kind: 'break' })
    let from = 0
    for (const found of line.matchAll(ADDRESS)) {
      const shown = found[0].replace(/[.,;:!?)]+$/, '')
      const href = safeAddress(shown.includes('://') || shown.startsWith('www.') ? shown : `mailto:${shown}`)
      if (!href) continue
      if (found.index > from) nodes.push({ kind: 'text', text: line.slice(from, found.index) })
      nodes.push({ kind: 'link', href, children: [{ kind: 'text', text: shown }] })
      from = found.index + shown.length
    }
    if (from < line.length) nodes.push({ kind: 'text', text: line.slice(from) })
  })
  return nodes
}

/** The words without tags, for one line. */
export function plain(source: string): string {
  const words = (nodes: Node[]): string =>
    nodes
      .map((node) => {
        if (node.kind === 'text' || node.kind === 'code') return node.text
        if (node.kind === 'break') return ' '
        if (node.kind === 'image') return node.href
        if (node.kind === 'quote') return ` ${words(node.children)} `
        return 'children' in node ? words(node.children) : ''
      })
      .join('')
  return words(parse(source)).replace(/\s+/g, ' ').trim()
}
