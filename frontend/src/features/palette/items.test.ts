import { expect, test } from 'vitest'
import type { Instance } from '../../api/types'
import { inGroups, itemsFor, runWish } from './items'

const instance = (id: string, last_run: object | null) =>
  ({ id, name: `Name ${id}`, experiment: 'coin', last_run }) as Instance

test('without a word: instances, their last runs, then everything else', () => {
  const items = itemsFor(' ', {
    instances: [instance('a', { id: 'r', number: 3, status: 'failed' }), instance('b', null)],
  })
  expect(items.slice(0, 4).map((item) => [item.group, item.label, item.status])).toEqual([
    ['Instances', 'Name a', undefined],
    ['Instances', 'Name b', undefined],
    ['Runs', 'Run 3 of Name a', 'failed'],
    ['Pages', 'Dashboard', undefined],
  ])
})

test('pages and actions whose words fit come first', () => {
  expect(itemsFor('DARK col', { instances: [] }).map((item) => item.id)).toEqual(['dark'])
  expect(itemsFor('work', { instances: [instance('a', null)] }).map((item) => item.label)).toEqual([
    'Workers',
    'Name a',
  ])
})

test('what was found for other words is offered where its name fits these', () => {
  const run = { id: 'r', number: 3, status: 'failed' as const }
  const found = {
    instances: [instance('a', null), instance('b', { ...run, id: 's', number: 1 })],
    runs: [{ run, name: 'Name b' }],
  }
  const labels = (typed: string, isOlder: boolean) =>
    itemsFor(typed, { ...found, isOlder }).map((item) => item.label)
  expect(labels('name B', true)).toEqual(['Name b', 'Run 3 of Name b', 'Run 1 of Name b'])
  expect(labels('resnet', true)).toEqual([])
  expect(labels('resnet', false)).toHaveLength(4) // the server found it elsewhere: in a description, an error
})

test('few of many', () => {
  const many = Array.from({ length: 50 }, (_, index) =>
    instance(String(index), { id: `r${index}`, number: 1, status: 'completed' }),
  )
  expect(itemsFor('', { instances: many }).filter((item) => item.group === 'Instances')).toHaveLength(8)
  expect(itemsFor('', { instances: many }).filter((item) => item.group === 'Runs')).toHaveLength(5)
})

test('groups know where they begin', () => {
  const items = itemsFor('', {
    instances: [instance('a', { id: 'r', number: 1, status: 'failed' }), instance('b', null)],
  })
  expect(inGroups(items).map(([group, first, members]) => [group, first, members.length])).toEqual([
    ['Instances', 0, 2],
    ['Runs', 2, 1],
    ['Pages', 3, 3],
    ['Actions', 6, 5],
  ])
  expect(inGroups([])).toEqual([])
})

test('what the page on view can do comes before everything, where it fits', () => {
  const actions = ['Start run', 'Run with changes'].map((label) => ({ label, act: () => {} }))
  expect(itemsFor('', { instances: [], actions })[0]).toMatchObject({
    group: 'This page',
    label: 'Start run',
  })
  expect(itemsFor('changes', { instances: [], actions }).map((item) => item.label)).toEqual([
    'Run with changes',
  ])
})

test('a run is there once, whichever way it was found', () => {
  const run = { id: 'r', number: 3, status: 'failed' as const }
  const found = itemsFor('x', {
    instances: [instance('a', run)],
    runs: [
      { run, name: 'Name a' },
      { run: { ...run, id: 's', number: 2 }, name: undefined },
    ],
  })
  expect(found.filter((item) => item.group === 'Runs').map((item) => item.label)).toEqual([
    'Run 3 of Name a',
    'Run 2 of …',
  ])
})

test('"run 12 of coin" names a run', () => {
  expect(runWish(' Run 12 of fair coin ')).toEqual({ number: 12, of: 'fair coin' })
  expect(runWish('run 3')).toEqual({ number: 3, of: undefined })
  expect(['run', 'run of coin', 'rerun 3', 'coin'].map(runWish)).toEqual([null, null, null, null])
})
