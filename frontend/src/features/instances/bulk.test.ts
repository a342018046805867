import { QueryClient } from '@tanstack/react-query'
import { expect, test } from 'vitest'
import { dropFromLists, forEach } from './bulk'

test('each is done, a few at a time, and a failure stops nobody', async () => {
  let active = 0
  let most = 0
  const outcome = await forEach([1, 2, 3, 4, 5, 6, 7, 8, 9], async (number) => {
    active += 1
    most = Math.max(most, active)
    await Promise.resolve()
    active -= 1
    if (number % 4 === 0) throw new Error(`not ${number}`)
    return number
  })
  expect(outcome.done.toSorted()).toEqual([1, 2, 3, 5, 6, 7, 9])
  expect(outcome.failures.map(String)).toEqual(['Error: not 4', 'Error: not 8'])
  expect(most).toBe(4)
})

test('what was deleted leaves every list, and its total', () => {
  const client = new QueryClient()
  const pages = [
    { items: [{ id: 'a' }, { id: 'b' }], total: 3 },
    { items: [{ id: 'c' }], total: 3 },
  ]
  client.setQueryData(['x', 'list', 1], { pages, pageParams: ['', 'n'] })
  dropFromLists(client, ['x', 'list'], ['b', 'c', 'unknown'])
  expect(client.getQueryData(['x', 'list', 1])).toEqual({
    pages: [
      { items: [{ id: 'a' }], total: 1 },
      { items: [], total: 1 },
    ],
    pageParams: ['', 'n'],
  })
})
