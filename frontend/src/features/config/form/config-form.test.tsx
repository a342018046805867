import { MantineProvider } from '@mantine/core'
import { act, render, screen, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, test } from 'vitest'
import { formatJson } from '../../../api/json'
import { ConfigState } from '../config-state'
import type { JsonMap } from '../verdict/json-types'
import ConfigForm from './config-form'

function show(properties: JsonMap, config: JsonMap, more: JsonMap = {}): ConfigState {
  const schema = { type: 'object', properties, additionalProperties: false, ...more }
  const state = new ConfigState({ config_schema: schema, form_schema: schema, defaults: {} }, config)
  render(
    <MantineProvider>
      <ConfigForm state={state} />
    </MantineProvider>,
  )
  return state
}

const input = (name: string) => screen.getByRole<HTMLInputElement>('textbox', { name })

test('a number field keeps what is typed and names the fault only after it was left', async () => {
  const user = userEvent.setup()
  const state = show({ count: { type: 'integer', maximum: 100 } }, { count: 7 })
  await user.clear(input('count'))
  await user.type(input('count'), '1.')
  expect([input('count').value, state.value]).toEqual(['1.', { count: '1.' }])
  expect(screen.queryByText('must be a whole number')).toBeNull()
  await user.tab()
  expect(screen.getByText('must be a whole number')).toBeVisible()
  expect(input('count')).toHaveAttribute('aria-invalid', 'true')
  await user.clear(input('count'))
  await user.type(input('count'), '18446744073709551615')
  expect(state.value).toEqual({ count: 18446744073709551615n })
  expect(screen.getByText('must be at most 100')).toBeVisible()
})

test('a schema that changes meanwhile changes the fields around the one that is typed in', async () => {
  const user = userEvent.setup()
  const state = show({ count: { type: 'integer', maximum: 100 } }, { count: 7 })
  await user.clear(input('count'))
  await user.type(input('count'), '20')
  const schema = {
    type: 'object',
    properties: { count: { type: 'integer', maximum: 10 }, owner: { type: 'string' } },
  }
  act(() => state.adopt({ config_schema: schema, form_schema: schema, defaults: { owner: 'Ada' } }))
  expect(input('count')).toHaveFocus()
  await user.keyboard('5')
  expect(input('count').value).toBe('205')
  expect(screen.getByText('at most 10')).toBeVisible()
  await user.click(screen.getByRole('button', { name: 'Reset owner to Ada' }))
  expect(state.value).toEqual({ count: 205, owner: 'Ada' })
})

test('limits of 64 bits, odd names and unknown fields are shown and stay', async () => {
  const user = userEvent.setup()
  const config = JSON.parse('{"__proto__": 5, "other": [1], "a/b": "x"}') as JsonMap
  const properties = JSON.parse('{"__proto__": {"type": "integer"}, "a/b": {"type": "string"}}') as JsonMap
  const state = show(
    { ...properties, big: { type: 'integer', maximum: 2n ** 64n - 1n, default: 2n ** 63n } },
    config,
  )
  expect(screen.getByText('at most 18446744073709551615')).toBeVisible()
  await user.type(input('__proto__'), '1')
  await user.type(input('a/b'), 'y')
  expect(formatJson(state.value)).toBe('{"__proto__":51,"other":[1],"a/b":"xy"}')
  await user.click(screen.getByRole('button', { name: 'Remove other' }))
  expect(formatJson(state.value)).toBe('{"__proto__":51,"a/b":"xy"}')
  await user.click(screen.getByRole('button', { name: 'Reset big to 9223372036854775808' }))
  expect(formatJson(state.value)).toBe('{"__proto__":51,"a/b":"xy","big":9223372036854775808}')
})

test('items are added, moved and removed by keyboard, and focus stays where the work is', async () => {
  const user = userEvent.setup()
  const state = show({ words: { type: 'array', items: { type: 'string' } } }, { words: ['a', 'b'] })
  screen.getByRole('button', { name: 'Move words 1 down' }).focus()
  await user.keyboard('{Enter}')
  expect(state.value).toEqual({ words: ['b', 'a'] })
  await act(() => new Promise((done) => requestAnimationFrame(done)))
  expect(screen.getByRole('button', { name: 'Move words 2 up' })).toHaveFocus()
  await user.click(screen.getByRole('button', { name: 'Add to words' }))
  await act(() => new Promise((done) => requestAnimationFrame(done)))
  await user.keyboard('c')
  await user.click(screen.getByRole('button', { name: 'Remove words 1' }))
  expect(state.value).toEqual({ words: ['a', 'c'] })
})

test('a value of another type than the schema asks for is shown as it is', async () => {
  const user = userEvent.setup()
  const state = show(
    { list: { type: 'array' }, flag: { type: 'boolean' }, mode: { enum: ['a', 'b', 'c', 'd', 'e'] } },
    { list: 'x', flag: 'perhaps', mode: 'z' },
  )
  expect(input('list').value).toBe('"x"')
  expect(input('flag').value).toBe('"perhaps"')
  expect(screen.getByRole('combobox', { name: 'mode' })).toHaveValue('z')
  await user.type(input('list'), 'y')
  expect(state.faults).toContainEqual({ path: '/list', message: expect.stringContaining('is not JSON') })
  expect([input('list').value, state.value.list]).toEqual(['"x"y', 'x'])
  await user.clear(input('flag'))
  await user.click(screen.getByRole('radio', { name: 'true' }))
  await user.clear(input('list'))
  expect(state.value).toEqual({ flag: true, mode: 'z' })
})

test('an optional value is set and taken away', async () => {
  const user = userEvent.setup()
  const state = show(
    {
      note: { type: ['string', 'null'], default: null },
      group: {
        anyOf: [
          { type: 'null', title: 'Not set' },
          { title: 'Set', type: 'object', properties: { n: { type: 'integer', default: 4 } } },
        ],
        default: null,
      },
    },
    { note: null, group: null },
  )
  await user.type(input('note'), 'hi')
  await user.click(screen.getByRole('radio', { name: 'Set' }))
  expect(state.value).toEqual({ note: 'hi', group: { n: 4 } })
  await user.type(input('n'), '2')
  await user.click(screen.getByRole('button', { name: 'note: not set' }))
  await user.click(screen.getByRole('radio', { name: 'Not set' }))
  expect(state.value).toEqual({ note: null, group: null })
  await user.click(screen.getByRole('radio', { name: 'Set' }))
  expect(state.value).toEqual({ note: null, group: { n: 42 } })
})

test('entries of a dict get names and values; a name that is taken is a fault', async () => {
  const user = userEvent.setup()
  const state = show(
    { weights: { type: 'object', additionalProperties: { type: 'number' } } },
    { weights: { a: 1 } },
  )
  const group = within(screen.getByRole('group', { name: 'weights' }))
  await user.click(group.getByRole('button', { name: 'Add entry' }))
  const names = group.getAllByRole('textbox', { name: 'Name of the entry' })
  await user.type(names[1] as HTMLElement, 'a')
  expect(state.faults.map((each) => each.message)).toContain('has a name that is taken: a')
  await user.type(names[1] as HTMLElement, 'b')
  await user.type(group.getByRole('textbox', { name: 'ab' }), '2.5')
  expect(state.value).toEqual({ weights: { a: 1, ab: 2.5 } })
  expect(state.submit()).toEqual([])
})

test('the form of a schema that refers to itself ends', () => {
  const node = {
    type: 'object',
    properties: {
      next: {
        anyOf: [
          { type: 'null', title: 'Not set' },
          { $ref: '#/$defs/Node', title: 'Set' },
        ],
      },
    },
  }
  show({ tree: { $ref: '#/$defs/Node' } }, { tree: { next: { next: null } } }, { $defs: { Node: node } })
  expect(screen.getAllByRole('radiogroup', { name: 'next' })).toHaveLength(2)
})

test('fields that depend on others come and go', async () => {
  const user = userEvent.setup()
  show(
    { kind: { enum: ['a', 'b'] } },
    { kind: 'a' },
    {
      additionalProperties: true,
      if: { properties: { kind: { const: 'b' } } },
      // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
      then: { properties: { extra: { type: 'string' } } },
    },
  )
  expect(screen.queryByRole('textbox', { name: 'extra' })).toBeNull()
  await user.click(screen.getByRole('radio', { name: 'b' }))
  expect(input('extra')).toBeVisible()
})
