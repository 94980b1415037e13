import type { File } from '@/api/types'

/** Whether a file is shown as a picture. Drawings may hold scripts: they are files like any other. */
export const isPicture = (file: Pick<File, 'mime'>): boolean => /^image\/(?!svg)/.test(file.mime)
