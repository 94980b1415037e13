import type { Plugin } from 'vite'

interface Weight {
  chunks: number
  brotli: number
  gzip: number
}
type Bundle = Record<string, { type: string; fileName: string; facadeModuleId?: string | null; imports: string[]; code: string }>

export const LIMITS: { total: number; inbox: number }
export function weigh(bundle: Bundle): { total: Weight; inbox: Weight }
export function tooHeavy(weights: { total: Weight; inbox: Weight }): string[]
export function weightLimit(): Plugin
