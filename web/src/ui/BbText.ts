import { defineComponent, h, type VNode } from 'vue'

import { momentOf } from '@/app/format'

import { parse, type Node } from './bbcode'

const SIMPLE = { bold: 'strong', italic: 'em', underline: 'u', strike: 's' } as const

function draw(nodes: Node[]): (VNode | string)[] {
  return nodes.map((node) => {
    switch (node.kind) {
      case 'text':
        return node.text
      case 'break':
        return h('br')
      case 'code':
        return h('code', { tabindex: 0, class: 'block overflow-x-auto whitespace-pre rounded bg-surface-4 px-2 py-1 text-[13px] text-ink' }, node.text)
      case 'quote':
        return h('blockquote', { class: 'my-1 border-s-2 border-line-strong ps-2 text-ink-2' }, draw(node.children))
      case 'link':
        return h(
          'a',
          { href: node.href, target: '_blank', rel: 'noopener noreferrer nofollow', class: 'text-accent-ink underline' },
          draw(node.children),
        )
      case 'image':
        // Not loaded from strangers: that would tell them when the message was read. A person may open it.
        return h('a', { href: node.href, target: '_blank', rel: 'noopener noreferrer nofollow', class: 'text-accent-ink underline' }, node.href)
      case 'user':
        return h('span', { class: 'rounded bg-accent-soft px-1 font-medium text-accent-ink' }, ['@', ...draw(node.children)])
      case 'time':
        return h('time', { datetime: new Date(node.ms).toISOString() }, momentOf(node.ms))
      default:
        return h(SIMPLE[node.kind], draw(node.children))
    }
  })
}

/** A message's BB code as elements; never as HTML. */
export default defineComponent({
  name: 'BbText',
  props: { source: { type: String, required: true } },
  setup: (props) => () => h('div', { class: 'foreign', dir: 'auto' }, draw(parse(props.source))),
})
