import { expect, test } from 'vitest'
import { sizeWords } from './size-words'

test('what goes is counted over all', () => {
  const size = { runs: 1, logs: 41_203, results: 0, metrics: 1 }
  expect(sizeWords([size])).toBe('1 run, 41,203 log lines, 1 metric point')
  expect(sizeWords([size, { runs: 2, logs: 1, results: 5, metrics: 0 }])).toBe(
    '3 runs, 41,204 log lines, 5 results, 1 metric point',
  )
  expect(sizeWords([{ runs: 0, logs: 0, results: 0, metrics: 0 }])).toBe('')
})
