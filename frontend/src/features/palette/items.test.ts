import { expect, test } from 'vitest'
import type { Instance } from '../../api/types'
import { inGroups, itemsFor } from './items'

const instance = (id: string, last_run: object | null) =>
  ({ id, name: `Name ${id}`, experiment: 'coin', last_run }) as Instance

test('without a word: instances, their last runs, then everything else', () => {
  const items = itemsFor(' ', [instance('a', { id: 'r', number: 3, status: 'failed' }), instance('b', null)])
  expect(items.slice(0, 4).map((item) => [item.group, item.label, item.status])).toEqual([
    ['Instances', 'Name a', undefined],
    ['Instances', 'Name b', undefined],
    ['Recent runs', 'Run 3 of Name a', 'failed'],
    ['Pages', 'Dashboard', undefined],
  ])
})

test('pages and actions whose words fit come first', () => {
  expect(itemsFor('DARK col', []).map((item) => item.id)).toEqual(['dark'])
  expect(itemsFor('work', [instance('a', null)]).map((item) => item.label)).toEqual(['Workers', 'Name a'])
})

test('few of many', () => {
  const many = Array.from({ length: 50 }, (_, index) =>
    instance(String(index), { id: `r${index}`, number: 1, status: 'completed' }),
  )
  expect(itemsFor('', many).filter((item) => item.group === 'Instances')).toHaveLength(8)
  expect(itemsFor('', many).filter((item) => item.group === 'Recent runs')).toHaveLength(5)
})

test('groups know where they begin', () => {
  const items = itemsFor('', [instance('a', { id: 'r', number: 1, status: 'failed' }), instance('b', null)])
  expect(inGroups(items).map(([group, first, members]) => [group, first, members.length])).toEqual([
    ['Instances', 0, 2],
    ['Recent runs', 2, 1],
    ['Pages', 3, 3],
    ['Actions', 6, 5],
  ])
  expect(inGroups([])).toEqual([])
})
