import { expect, test } from 'vitest'
import { Slots } from './slots'

test('elements stay with their rows, are used again while lines rush by, and never by two rows', () => {
  const slots = new Slots()
  const first = slots.assign([1, 2, 3], true)
  const second = slots.assign([2, 3, 4], true)
  expect(second.slice(0, 2)).toEqual(first.slice(1))
  expect(second[2]).toBe(first[0])
  const third = slots.assign([3, 4, 5], false)
  expect(third[2]).not.toBe(second[0])
  for (let row = 0; row < 500; row += 7) {
    const names = slots.assign([row, row + 1, row + 2, row + 3].slice(0, (row % 4) + 1), row % 3 === 0)
    expect(new Set(names).size).toBe(names.length)
  }
})
