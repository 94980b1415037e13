import { describe, expect, test } from 'vitest'

import { FakeNetwork, Notebook } from '../../tests/support/feed'
import { FakeClock } from '../../tests/support/time'
import { connect } from './connection'

function start(after = 10) {
  const clock = new FakeClock()
  const network = new FakeNetwork()
  const notes = new Notebook()
  const connection = connect({ clock, random: () => 0.5, open: network.open, after }, notes)
  return { clock, network, notes, connection }
}

describe('a connection', () => {
  test('says live after hello, and takes changes in', () => {
    const { network, notes, connection } = start(10)
    expect(network.last.url).toBe('/api/feed?after=10')
    expect(notes.now).toBe('reconnecting')
    network.last.say('hello', { number: 10, now_ms: 1, user_id: 7, build: 'a' })
    network.last.say('change', { number: 12, changes: [] })
    expect(notes.now).toBe('live')
    expect(notes.numbers).toEqual([12])
    expect(connection.number()).toBe(12)
  })

  test('resumes from the last number, later and later, with jitter', () => {
    const { clock, network, notes } = start(10)
    network.last.say('hello', { number: 10 })
    network.last.say('change', { number: 15, changes: [] })
    network.last.say('error')
    expect(notes.now).toBe('reconnecting')
    clock.advance(374)
    expect(network.sources).toHaveLength(1)
    clock.advance(1)
    expect(network.last.url).toBe('/api/feed?after=15')
    network.last.say('error')
    clock.advance(749)
    expect(network.sources).toHaveLength(2)
    clock.advance(1)
    expect(network.sources).toHaveLength(3)
    expect(notes.failures).toEqual([1, 2])
    network.last.say('hello', { number: 15 })
    expect(notes.now).toBe('live')
  })

  test('never waits longer than half a minute, and never stops trying', () => {
    const { clock, network } = start()
    for (let round = 0; round < 30; round += 1) {
      network.last.say('error')
      const before = network.sources.length
      clock.advance(30_000)
      expect(network.sources.length).toBeGreaterThan(before)
    }
    expect(network.open_count).toBe(1)
  })

  test('says offline when there has been nothing for half a minute', () => {
    const { clock, network, notes } = start()
    for (let round = 0; round < 12; round += 1) {
      network.last.say('error')
      clock.advance(5_000)
    }
    expect(notes.now).toBe('offline')
    clock.advance(30_000)
    network.last.say('hello', { number: 10 })
    expect(notes.now).toBe('live')
  })

  test('a connection whose heart has stopped is opened again', () => {
    const { clock, network, notes } = start()
    network.last.say('hello', { number: 10 })
    network.last.say('beat', { number: 11 })
    clock.advance(35_000)
    expect(network.sources).toHaveLength(1)
    clock.advance(10_000)
    expect(network.last.url).toBe('/api/feed?after=11')
    expect(notes.now).toBe('reconnecting')
    expect(network.open_count).toBe(1)
  })

  test('a connection that falls silent before its first beat, or before its hello, is opened again too', () => {
    const { clock, network, notes } = start()
    clock.advance(46_000)
    expect(network.sources).toHaveLength(2)
    network.last.say('hello', { number: 10 })
    expect(notes.now).toBe('live')
    clock.advance(46_000)
    expect(network.sources).toHaveLength(3)
    expect(notes.now).toBe('reconnecting')
    expect(network.open_count).toBe(1)
  })

  test('a device that slept connects again at once', () => {
    const { clock, network } = start()
    network.last.say('hello', { number: 10 })
    clock.advance(6_000)
    clock.sleep(120_000)
    expect(network.sources).toHaveLength(2)
    expect(network.open_count).toBe(1)
  })

  test('a reset stops everything until somebody says from where to go on', () => {
    const { clock, network, notes, connection } = start(10)
    network.last.say('hello', { number: 10 })
    network.last.say('reset', { reason: 'unknown number' })
    expect(notes.resets).toEqual(['unknown number'])
    clock.advance(60_000)
    expect(network.open_count).toBe(0)
    connection.resume(90)
    expect(network.last.url).toBe('/api/feed?after=90')
  })

  test('a reset is no live connection, and nothing but resume opens the next one', () => {
    const { clock, network, notes, connection } = start(10)
    network.last.say('hello', { number: 10 })
    network.last.say('reset', { reason: 'access' })
    expect(notes.now).toBe('reconnecting')
    connection.nudge()
    connection.network('offline')
    connection.network('online')
    expect(network.open_count).toBe(0)
    clock.advance(31_000)
    expect(notes.now).toBe('offline')
    connection.resume(90)
    expect(network.open_count).toBe(1)
  })

  test('after bye it is not live, and rests until somebody knows whether the session is still there', () => {
    const { clock, network, notes, connection } = start()
    network.last.say('hello', { number: 10 })
    network.last.say('bye', {})
    expect(notes.now).toBe('reconnecting')
    clock.advance(600_000)
    expect(notes.byes).toBe(1)
    expect(network.open_count).toBe(0)
    connection.resume(10)
    expect(network.open_count).toBe(1)
  })

  test('closed is not live', () => {
    const { clock, network, notes, connection } = start()
    network.last.say('hello', { number: 10 })
    connection.close()
    expect(notes.now).toBe('offline')
    clock.advance(600_000)
    connection.nudge()
    connection.resume(11)
    expect(network.open_count).toBe(0)
    expect(notes.now).toBe('offline')
  })

  test('the first failure already makes somebody look whether the session is still there', () => {
    const { network, notes } = start()
    network.last.say('error')
    expect(notes.failures).toEqual([1])
  })

  test('what an abandoned connection still says is not heard', () => {
    const { clock, network, notes } = start()
    const old = network.last
    old.say('error')
    clock.advance(1_000)
    old.say('change', { number: 99, changes: [] })
    expect(notes.numbers).toEqual([])
  })

  test('what the device says is shown at once, and a connection that still speaks is believed more', () => {
    const { network, connection, notes } = start()
    network.last.say('hello', { number: 10 })
    connection.network('offline')
    expect(notes.now).toBe('offline')
    network.last.say('change', { number: 11, changes: [] })
    expect(notes.now).toBe('live')
    expect(network.sources).toHaveLength(1)
  })

  test('the network is back: no waiting', () => {
    const { network, connection, notes } = start()
    network.last.say('error')
    connection.network('offline')
    expect(notes.now).toBe('offline')
    connection.network('online')
    expect(network.sources).toHaveLength(2)
  })
})
