import { readFileSync } from 'node:fs'

import { describe, expect, it, test } from 'vitest'

import type { LineField, LineFieldGroup, LineFieldType } from '@/api/types'

import { fill, spoken, unknownWords } from './automatic'
import { changes, check, complaints, grouped, isDayOfYear, isInUse, read, timeOfDay, type Value } from './form'
import { moved, readQueue, writeQueue } from './queue'
import supplied from './supplied.json'

function field(name: string, type: LineFieldType, more: Partial<LineField> = {}): LineField {
  return { name, group: 'queue' as LineFieldGroup, type, words: [], default: null, min: null, max: null, unit: null, chars_max: null, settable: true, ...more }
}

const FIELDS = [
  field('QUEUE_TYPE', 'one_of', { words: ['evenly', 'strictly', 'all'], default: 'evenly' }),
  field('QUEUE_TIME', 'int', { min: 0, default: '60', max: 4_294_967_295 }),
  field('WELCOME_MESSAGE', 'flag', { group: 'welcome', default: 'Y' }),
  field('WELCOME_MESSAGE_TEXT', 'text', { group: 'welcome', chars_max: 20 }),
  field('WORKTIME_FROM', 'time', { group: 'worktime', default: '09:00' }),
  field('WORKTIME_HOLIDAYS', 'holidays', { group: 'worktime', default: '' }),
  field('WORKTIME_DAYOFF', 'weekdays', { group: 'worktime', default: '' }),
  field('KPI_FIRST_ANSWER_LIST', 'users', { group: 'kpi' }),
  field('DEFAULT_OPERATOR_DATA', 'operator_data', { group: 'operator' }),
  field('TEMPORARY', 'flag', { group: 'general', default: 'N' }),
  field('XML_ID', 'text', { group: 'general', settable: false }),
]

const SHOWN = {
  LINE_NAME: 'Desk', ACTIVE: 'Y', QUEUE_TYPE: 'all', QUEUE_TIME: '90', WELCOME_MESSAGE: 'N', WELCOME_MESSAGE_TEXT: null,
  WORKTIME_FROM: '18.30', WORKTIME_HOLIDAYS: [''], WORKTIME_DAYOFF: ['SA', 'SU'], KPI_FIRST_ANSWER_LIST: null,
  DEFAULT_OPERATOR_DATA: [], TEMPORARY: 'N', XML_ID: null,
}

describe('the form of a line', () => {
  it('reads what the server shows', () => {
    expect(read(FIELDS, SHOWN)).toEqual({
      LINE_NAME: 'Desk', ACTIVE: 'Y', QUEUE_TYPE: 'all', QUEUE_TIME: '90', WELCOME_MESSAGE: 'N', WELCOME_MESSAGE_TEXT: null,
      WORKTIME_FROM: '18:30', WORKTIME_HOLIDAYS: [], WORKTIME_DAYOFF: ['SA', 'SU'], KPI_FIRST_ANSWER_LIST: [],
      DEFAULT_OPERATOR_DATA: { NAME: '', AVATAR: '' }, TEMPORARY: 'N',
    })
  })

  it('has nothing to save as long as nothing is changed, and then only what is', () => {
    const before = read(FIELDS, SHOWN)
    expect(changes(before, structuredClone(before))).toEqual({})
    expect(changes(before, { ...before, WELCOME_MESSAGE_TEXT: '' })).toEqual({})
    expect(changes(before, { ...before, QUEUE_TIME: '0', WORKTIME_DAYOFF: ['SU'] })).toEqual({ QUEUE_TIME: '0', WORKTIME_DAYOFF: ['SU'] })
  })

  it('shows every field that can be set once, in its group', () => {
    const groups = grouped(FIELDS)
    expect(groups.map((one) => one.group)).toEqual(['general', 'queue', 'worktime', 'welcome', 'operator', 'kpi'])
    expect(groups[0]).toMatchObject({ used: [], kept: [{ name: 'TEMPORARY' }] })
    const names = groups.flatMap((one) => [...one.used, ...one.kept]).map((one) => one.name)
    expect(names.sort()).toEqual(FIELDS.filter((one) => one.settable).map((one) => one.name).sort())
  })

  test.each<[string, Value, string | null]>([
    ['QUEUE_TYPE', 'all', null],
    ['QUEUE_TYPE', 'fastest', 'line_form.not_a_choice'],
    ['QUEUE_TIME', '0', null],
    ['QUEUE_TIME', '', 'line_form.not_a_number'],
    ['QUEUE_TIME', '-1', 'line_form.not_a_number'],
    ['QUEUE_TIME', '1.5', 'line_form.not_a_number'],
    ['QUEUE_TIME', '4294967296', 'line_form.too_great'],
    ['WELCOME_MESSAGE_TEXT', '😀'.repeat(20), null],
    ['WELCOME_MESSAGE_TEXT', '😀'.repeat(21), 'line_form.too_long'],
    ['WORKTIME_FROM', '24:00', 'line_form.not_a_time'],
    ['WORKTIME_HOLIDAYS', ['01.01', '29.02'], null],
    ['WORKTIME_HOLIDAYS', ['30.02'], 'line_form.not_a_day'],
    ['WORKTIME_HOLIDAYS', Array<string>(401).fill('01.01'), 'line_form.too_many'],
  ])('%s = %j: %s', (name, value, complaint) => {
    const found = FIELDS.find((one) => one.name === name)
    expect(found && check(found, value)?.key).toBe(complaint ?? undefined)
  })

  it('wants a name', () => {
    expect(complaints(FIELDS, { ...read(FIELDS, SHOWN), LINE_NAME: '  ' })).toEqual({ LINE_NAME: { key: 'line_form.no_name' } })
  })

  it('knows which switch a field depends on', () => {
    expect(isInUse('WELCOME_MESSAGE_TEXT', { WELCOME_MESSAGE: 'N' })).toBe(false)
    expect(isInUse('WELCOME_MESSAGE_TEXT', { WELCOME_MESSAGE: 'Y' })).toBe(true)
    expect(isInUse('WORKTIME_ENABLE', { WORKTIME_ENABLE: 'N' })).toBe(true)
    expect(isInUse('CRM_CREATE', { CRM: 'N' })).toBe(false)
  })

  test.each([['9', '09:00'], ['18.30', '18:30'], ['09:05', '09:05'], ['24', null], ['9:60', null], ['', null], ['1:2:3', null]])(
    'time of day %s is %s', (written, expected) => expect(timeOfDay(written)).toBe(expected))

  test.each([['01.01', true], ['31.12', true], ['31.04', false], ['1.13', false], ['0.1', false], ['x', false]])(
    '%s is a day of the year: %s', (written, expected) => expect(isDayOfYear(written)).toBe(expected))
})

describe('automatic texts', () => {
  it('are those of the server', () => {
    const source = readFileSync('../crates/desk/src/texts.rs', 'utf8')
    const pattern = /Supplied \{\s*field: "(\w+)",\s*without_language: (\w+),\s*english: "([^"]*)",\s*russian: "([^"]*)",\s*german: "([^"]*)"/g
    const found = [...source.matchAll(pattern)].map(([, name, without, en, ru, de]) => [name, { without_language: without === 'true', en, ru, de }])
    expect(found.length).toBeGreaterThan(10)
    expect(supplied).toEqual(Object.fromEntries(found))
  })

  test.each([
    ['WELCOME_MESSAGE_TEXT', null, '', null],
    ['WELCOME_MESSAGE_TEXT', null, 'de', supplied.WELCOME_MESSAGE_TEXT.de],
    ['WELCOME_MESSAGE_TEXT', 'Hi', 'de', 'Hi'],
    ['WELCOME_MESSAGE_TEXT', ' ', 'de', null],
    ['VOTE_MESSAGE_1_TEXT', supplied.VOTE_MESSAGE_1_TEXT.en, 'ru', supplied.VOTE_MESSAGE_1_TEXT.ru],
    ['VOTE_MESSAGE_1_TEXT', 'How was it?', 'ru', 'How was it?'],
    ['NO_ANSWER_TEXT', null, 'fr', supplied.NO_ANSWER_TEXT.en],
  ])('%s = %j in "%s" says %j', (name, own, language, expected) => expect(spoken(name, own, language)).toBe(expected))

  it('are filled once, and what is unknown stays', () => {
    expect(fill('Hi #CUSTOMER#, #NOBODY# ##', { CUSTOMER: '#LINE#', LINE: 'x' })).toBe('Hi #LINE#, #NOBODY# ##')
    expect(unknownWords('CLOSE_TEXT', '#CUSTOMER# #CUSTOMR# #CUSTOMR#')).toEqual(['CUSTOMR'])
    expect(unknownWords('KPI_FIRST_ANSWER_TEXT', '#WORKTIME#')).toEqual(['WORKTIME'])
  })
})

describe('the queue', () => {
  it('is read and written in order', () => {
    const raw = [{ ENTITY_ID: '10', ENTITY_TYPE: 'department' }, { ENTITY_ID: '7', ENTITY_TYPE: 'user' }, { ENTITY_ID: 'x', ENTITY_TYPE: 'user' }]
    const members = readQueue(raw)
    expect(members).toEqual([{ kind: 'department', id: 10 }, { kind: 'user', id: 7 }])
    expect(writeQueue(members)).toEqual(raw.slice(0, 2))
    expect(readQueue(null)).toEqual([])
  })

  test.each([[0, 2, 'bca'], [2, 0, 'cab'], [1, 1, 'abc'], [0, 9, 'bca'], [2, -5, 'cab'], [7, 0, 'abc']])(
    'from %i to %i: %s', (from, to, expected) => expect(moved([...'abc'], from, to).join('')).toBe(expected))
})
