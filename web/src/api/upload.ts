/** Uploads with progress, which `fetch` cannot tell. */

import { ApiError } from './client'
import type { File as StoredFile } from './types'

export interface Upload {
  done: Promise<StoredFile>
  cancel(): void
}

export function upload(
  file: File,
  chatId: number,
  csrf: string,
  onProgress: (part: number) => void,
  makeRequest: () => XMLHttpRequest = () => new XMLHttpRequest(),
): Upload {
  const request = makeRequest()
  const done = new Promise<StoredFile>((resolve, reject) => {
    request.upload.onprogress = (event) => event.lengthComputable && onProgress(event.loaded / event.total)
    request.onload = () => {
      const answer = read(request.responseText)
      if (request.status === 200 && answer.file) resolve(answer.file)
      else reject(new ApiError(answer.error ?? `HTTP_${request.status}`, answer.error_description ?? '', request.status))
    }
    request.onerror = () => reject(new ApiError('NETWORK', 'The server did not answer', 0))
    request.onabort = () => reject(new ApiError('CANCELLED', 'Cancelled', 0))
  })
  request.open('POST', `/api/files?chat_id=${chatId}`)
  request.setRequestHeader('X-Trunkline-Csrf', csrf)
  const form = new FormData()
  form.append('file', file, file.name)
  request.send(form)
  return { done, cancel: () => request.abort() }
}

function read(text: string): { file?: StoredFile; error?: string; error_description?: string } {
  try {
    const answer = JSON.parse(text)
    return answer.result ?? answer
  } catch {
    return {}
  }
}
