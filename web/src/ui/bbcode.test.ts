import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { localPath, parse, plain, safeAddress, type Node } from './bbcode'

/** The tree as short text: <bold …>. */
function brief(nodes: Node[]): string {
  return nodes
    .map((node) => {
      switch (node.kind) {
        case 'text': return node.text
        case 'break': return '⏎'
        case 'code': return `<code ${node.text}>`
        case 'image': return `<image ${node.href}>`
        case 'time': return `<time ${node.ms}>`
        case 'link': return `<link ${node.href} ${brief(node.children)}>`
        case 'user': return `<user ${node.id} ${brief(node.children)}>`
        default: return `<${node.kind} ${brief(node.children)}>`
      }
    })
    .join('')
}

describe('BB code', () => {
  test.each([
    ['plain', 'plain'],
    ['a\nb[br]c', 'a⏎b⏎c'],
    ['[b]x[i]y[/i][/B]', '<bold x<italic y>>'],
    ['[b]never closed', '[b]never closed'],
    ['[b]x[i]y[/b]z[/i]', '<bold x[i]y>z[/i]'],
    ['[unknown]x[/unknown]', '[unknown]x[/unknown]'],
    ['<img src=x onerror=alert(1)>', '<img src=x onerror=alert(1)>'],
    ['[url=https://a.b/c]x[/url]', '<link https://a.b/c x>'],
    ['[url]https://a.b[/url]', '<link https://a.b https://a.b>'],
    ['[url=javascript:alert(1)]x[/url]', '[url=javascript:alert(1)]x[/url]'],
    ['[url=java\tscript:alert(1)]x[/url]', '[url=java\tscript:alert(1)]x[/url]'],
    ['[url=data:text/html,x]x[/url]', '[url=data:text/html,x]x[/url]'],
    ['[img]https://a.b/c.png[/img]', '<image https://a.b/c.png>'],
    ['[img]javascript:x[/img]', '[img]javascript:x[/img]'],
    ['[user=7]Ann[/user]', '<user 7 Ann>'],
    ['[code][b]x[/b][/code]', '<code [b]x[/b]>'],
    ['>>one\n>> two\nthree', '<quote one⏎two>three'],
    [`${'-'.repeat(54)}\nsaid\n${'-'.repeat(54)}\nme`, '<quote said>me'],
    ['see https://a.b/c?d=1.', 'see <link https://a.b/c?d=1 https://a.b/c?d=1>.'],
    ['write to a.b@c.de!', 'write to <link mailto:a.b@c.de a.b@c.de>!'],
    ['[size=20]big[/size]', 'big'],
    ['[call=+49 30 1]ring[/call]', '<link tel:+49301 ring>'],
    ['[timestamp=1700000000 format=x]', '<time 1700000000000>'],
  ])('%j', (source, expected) => {
    expect(brief(parse(source))).toBe(expected)
  })

  test('nests 32 deep and no deeper, and takes no time for it', () => {
    const deep = '[b]'.repeat(20_000) + 'x' + '[/b]'.repeat(20_000)
    const began = performance.now()
    expect(brief(parse(deep)).match(/<bold/g)).toHaveLength(32)
    expect(performance.now() - began).toBeLessThan(2_000)
  })

  test('whatever is written: no throw, no foreign address', () => {
    const piece = fc.constantFrom(
      '[b]', '[/b]', '[url=', '[url]', '[/url]', 'javascript:', 'https://x.y', ']', '[', '\n', '>>', '[quote]', '[/quote]',
      '[code]', '[/code]', '[img]', '[/img]', 'a', '\u202e', '[user=1]', '[/user]', 'data:', '"',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        const check = (nodes: Node[]): void => {
          for (const node of nodes) {
            if ('href' in node) expect(node.href).toMatch(/^(https?:|mailto:|tel:|\/(?![/\\]))/i)
            if ('children' in node) check(node.children)
          }
        }
        check(parse(pieces.join('')))
      }),
      { numRuns: 2_000 },
    )
  })

  test.each([
    ['/files/a', '/files/a'],
    ['//evil.host', null],
    ['/\\evil.host', null],
    ['vbscript:x', null],
    ['JAVASCRIPT:x', null],
    [' https://a.b', null],
    ['www.a.de', 'https://www.a.de'],
    ['http://', null],
    ['mailto:', null],
  ])('address %j', (address, expected) => {
    expect(safeAddress(address)).toBe(expected)
  })

  test('files of ours are taken by their path', () => {
    const paths = ['http://portal.example:8480/files/a/b.png', '/files/a/b.png', 'https://elsewhere.example/x.png'].map(localPath)
    expect(paths).toEqual(['/files/a/b.png', '/files/a/b.png', 'https://elsewhere.example/x.png'])
  })

  test('one line', () => {
    expect(plain('[b]Hi[/b]\n>>old\nnew')).toBe('Hi old new')
  })
})
