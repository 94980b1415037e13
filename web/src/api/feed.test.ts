import { describe, expect, test } from 'vitest'

import { FakeBrowser, FakeNetwork, Notebook } from '../../tests/support/feed'
import { FakeClock } from '../../tests/support/time'
import { openFeed } from './feed'

function setUp() {
  const clock = new FakeClock()
  const network = new FakeNetwork()
  const browser = new FakeBrowser()
  let tabs = 0
  const tab = (after: number) => {
    const notes = new Notebook()
    tabs += 1
    const feed = openFeed(
      { clock, random: () => 0, open: network.open, after, tab: `tab ${tabs}`, ...browser.tab() },
      notes,
    )
    return { notes, feed }
  }
  return { clock, network, browser, tab }
}

describe('tabs of one browser', () => {
  test('share one connection, and all hear everything', () => {
    const { network, tab } = setUp()
    const one = tab(10)
    network.last.say('hello', { number: 10 })
    const two = tab(10)
    network.last.say('change', { number: 11, changes: [] })
    network.last.say('live', { type: 'counts', lines: [] })
    expect(network.sources).toHaveLength(1)
    expect([one.feed.role(), two.feed.role()]).toEqual(['leader', 'follower'])
    expect([one.notes.numbers, two.notes.numbers]).toEqual([[11], [11]])
    expect([one.notes.lives, two.notes.lives]).toEqual([1, 1])
    expect(two.notes.now).toBe('live')
  })

  test('who joins late gets what the leader has already heard', () => {
    const { network, tab } = setUp()
    tab(10)
    network.last.say('hello', { number: 10 })
    for (const number of [11, 12, 13]) network.last.say('change', { number, changes: [] })
    const late = tab(11)
    expect(late.notes.numbers).toEqual([12, 13])
    expect(late.feed.number()).toBe(13)
  })

  test('who is further behind than the leader remembers fetches again', () => {
    const { network, tab } = setUp()
    tab(10)
    network.last.say('hello', { number: 10 })
    const late = tab(5)
    expect(late.notes.resets).toEqual(['too far behind'])
    late.feed.resume(10)
    network.last.say('change', { number: 11, changes: [] })
    expect(late.notes.numbers).toEqual([11])
  })

  test('when the leader goes, another one goes on from its own number, and nothing is lost', () => {
    const { network, tab } = setUp()
    const one = tab(10)
    network.last.say('hello', { number: 10 })
    const two = tab(10)
    const three = tab(10)
    network.last.say('change', { number: 11, changes: [] })
    one.feed.close()
    expect(two.feed.role()).toBe('leader')
    expect(network.last.url).toBe('/api/feed?after=11')
    expect(network.open_count).toBe(1)
    network.last.say('hello', { number: 11 })
    network.last.say('change', { number: 12, changes: [] })
    expect(three.notes.numbers).toEqual([11, 12])
    expect(three.notes.now).toBe('live')
  })

  test('a leader that falls silent is left', () => {
    const { clock, network, browser, tab } = setUp()
    tab(10)
    network.last.say('hello', { number: 10 })
    const two = tab(10)
    browser.isMute = true
    clock.advance(60_000)
    expect(two.feed.role()).toBe('alone')
    const own = network.sources.filter((one) => !one.isClosed)
    expect(own).toHaveLength(2)
  })

  test('who has left a silent leader does not stand in the way of the next one', () => {
    const { clock, network, browser, tab } = setUp()
    const one = tab(10)
    network.last.say('hello', { number: 10 })
    const two = tab(10)
    browser.isMute = true
    clock.advance(60_000)
    expect(two.feed.role()).toBe('alone')
    browser.isMute = false
    const three = tab(10)
    one.feed.close()
    expect([two.feed.role(), three.feed.role()]).toEqual(['alone', 'leader'])
  })

  test('whoever has closed does not say live', () => {
    const { network, tab } = setUp()
    const one = tab(10)
    network.last.say('hello', { number: 10 })
    const two = tab(10)
    two.feed.close()
    one.feed.close()
    expect([one.notes.now, two.notes.now]).toEqual(['offline', 'offline'])
  })

  test('a tab that follows is not live while it fetches everything again', () => {
    const { network, tab } = setUp()
    tab(10)
    network.last.say('hello', { number: 10 })
    const late = tab(5)
    expect(late.notes.resets).toEqual(['too far behind'])
    network.last.say('change', { number: 11, changes: [] })
    expect(late.notes.now).toBe('reconnecting')
    late.feed.resume(11)
    expect(late.notes.now).toBe('live')
    network.last.say('reset', { reason: 'access' })
    expect(late.notes.now).toBe('reconnecting')
    late.feed.resume(20)
    expect(late.notes.now).toBe('reconnecting')
  })

  test('who becomes the leader while it fetches everything again connects when it knows from where', () => {
    const { network, tab } = setUp()
    const one = tab(10)
    network.last.say('hello', { number: 10 })
    const two = tab(5)
    one.feed.close()
    expect([two.feed.role(), network.open_count]).toEqual(['leader', 0])
    two.feed.resume(30)
    expect(network.last.url).toBe('/api/feed?after=30')
  })

  test('nobody joins a leader that does not know yet from where it goes on', () => {
    const { clock, network, tab } = setUp()
    const one = tab(10)
    network.last.say('hello', { number: 10 })
    const two = tab(10)
    network.last.say('reset', { reason: 'access' })
    two.feed.resume(100)
    // Between 100 and 105 the other tab would miss what the leader fetched.
    one.feed.resume(105)
    expect(two.notes.resets).toEqual(['access', 'too far behind'])
    two.feed.resume(106)
    network.last.say('hello', { number: 105 })
    network.last.say('change', { number: 107, changes: [] })
    expect(two.notes.numbers).toEqual([107])
    clock.advance(30_000)
    expect(two.notes.resets).toHaveLength(2)
  })

  test('all hear of a lost connection, of a reset and of the end', () => {
    const { network, tab } = setUp()
    const one = tab(10)
    network.last.say('hello', { number: 10 })
    const two = tab(10)
    network.last.say('error')
    expect([one.notes.now, two.notes.now]).toEqual(['reconnecting', 'reconnecting'])
    const three = tab(10)
    expect(three.notes.now).toBe('reconnecting')
    one.feed.nudge()
    network.last.say('reset', { reason: 'x' })
    expect([one.notes.resets, two.notes.resets]).toEqual([['x'], ['x']])
  })

  test('a browser without channels has a connection for each tab', () => {
    const clock = new FakeClock()
    const network = new FakeNetwork()
    const notes = new Notebook()
    const feed = openFeed(
      { clock, random: () => 0, open: network.open, after: 3, tab: 'a', channel: null, elect: () => () => {} },
      notes,
    )
    network.last.say('hello', { number: 3 })
    network.last.say('change', { number: 4, changes: [] })
    expect(feed.role()).toBe('alone')
    expect(feed.number()).toBe(4)
  })
})
