/** What can wait until somebody sees what was asked for. */

/** Does it in the frame after the next one was painted, unless cancelled before. In a page that nobody sees it waits until somebody does. */
export function afterPaint(act: () => void): () => void {
  let frame = requestAnimationFrame(() => {
    frame = requestAnimationFrame(act)
  })
  return () => cancelAnimationFrame(frame)
}
