import { QueryClient, QueryObserver } from '@tanstack/react-query'
import { expect, test } from 'vitest'
import { keys } from './keys'
import { runQuery } from './queries'
import type { RunDetail } from './types'

test('an answer that was overtaken by an event does not bring back the older state', async () => {
  const client = new QueryClient()
  let resolve: (run: RunDetail) => void = () => {}
  const promise = new Promise<RunDetail>((settle) => {
    resolve = settle
  })
  const state = (version: number, status: string) => ({ id: 'a', version, status }) as RunDetail
  client.setQueryData(keys.runs.one('a'), state(6, 'running'))
  const observer = new QueryObserver(client, { ...runQuery('a'), queryFn: () => promise })
  const leave = observer.subscribe(() => {})
  const read = observer.refetch()
  client.setQueryData(keys.runs.one('a'), state(8, 'completed'))
  resolve(state(7, 'running'))
  await read
  expect(client.getQueryData(keys.runs.one('a'))).toEqual(state(8, 'completed'))
  leave()
})
