/** What runs inside the page: notes when something was painted. Times are milliseconds since 1970. */
import type { Page } from 'playwright-core'

interface Notes {
  thread: Record<string, number>
  row: Record<string, number>
  frames: number[]
}

declare global {
  interface Window {
    notes: Notes
  }
}

/** Has to be called before the page is opened. */
export async function watchPaints(page: Page): Promise<void> {
  await page.addInitScript(() => {
    window.notes = { thread: {}, row: {}, frames: [] }
    /** A frame callback runs before the frame is painted, a message that it sends arrives after it. */
    const afterPaint = (act: () => void) =>
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel()
        port1.onmessage = act
        port2.postMessage(null)
      })
    const noted = new Set<string>()
    const look = (where: 'thread' | 'row', text: string | null | undefined) => {
      const probe = /probe-\d+\./.exec(text ?? '')?.[0]
      if (!probe || noted.has(where + probe)) return
      noted.add(where + probe)
      afterPaint(() => (window.notes[where][probe] = Date.now()))
    }
    addEventListener('DOMContentLoaded', () => {
      new MutationObserver(() => {
        look('thread', [...document.querySelectorAll('[role=log] article')].at(-1)?.textContent)
        look('row', document.querySelector('[role=listitem][data-chat] [aria-current=page]')?.closest('[data-chat]')?.textContent)
      }).observe(document, { subtree: true, childList: true, characterData: true })
    })
  })
}

/** Milliseconds between the frames while something is done. */
export async function framesDuring(page: Page, act: () => Promise<unknown>): Promise<number[]> {
  await page.evaluate(() => {
    window.notes.frames = [0]
    let before = performance.now()
    const frame = (at: number) => {
      if (window.notes.frames.length === 0) return
      window.notes.frames.push(at - before)
      before = at
      requestAnimationFrame(frame)
    }
    requestAnimationFrame((at) => {
      before = at
      requestAnimationFrame(frame)
    })
  })
  await act()
  return page.evaluate(() => {
    const frames = window.notes.frames.slice(1)
    window.notes.frames = []
    return frames
  })
}

/** Milliseconds from a key to the painted thread of the next chat, `count` times. The chats' messages name their customers. */
export function switchChats(page: Page, count: number): Promise<number[]> {
  return page.evaluate(async (times) => {
    const title = () => document.querySelector('h2')?.textContent ?? ''
    const isShown = (before: string) => title() !== before && document.querySelector('[role=log] article')?.textContent?.includes(title())
    const painted = () =>
      new Promise<void>((resolve) =>
        requestAnimationFrame(() => {
          const { port1, port2 } = new MessageChannel()
          port1.onmessage = () => resolve()
          port2.postMessage(null)
        }),
      )
    const taken: number[] = []
    for (let turn = 0; turn < times; turn++) {
      const before = title()
      const key = turn % 20 < 10 ? 'j' : 'k'
      // From anywhere within a frame, as people press keys.
      await new Promise((resolve) => setTimeout(resolve, 50 + (turn % 17)))
      const begun = performance.now()
      document.body.dispatchEvent(new KeyboardEvent('keydown', { code: `Key${key.toUpperCase()}`, key, bubbles: true, cancelable: true }))
      do await painted()
      while (!isShown(before))
      taken.push(performance.now() - begun)
    }
    return taken
  }, count)
}
