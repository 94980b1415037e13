/** Takes a text into the clipboard, in answer to a click or a key; false if the browser does not allow it. */
export async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return copyByEvent(text)
  }
}

/** The old way, for pages without HTTPS: they have no `navigator.clipboard`. */
function copyByEvent(text: string): boolean {
  let isTaken = false
  const give = (event: ClipboardEvent): void => {
    event.clipboardData?.setData('text/plain', text)
    event.preventDefault()
    isTaken = true
  }
  document.addEventListener('copy', give, true)
  try {
    return document.execCommand('copy') && isTaken
  } finally {
    document.removeEventListener('copy', give, true)
  }
}
