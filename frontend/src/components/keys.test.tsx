import { render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, test, vi } from 'vitest'
import { useKeys } from './keys'

function Bound({ bindings }: { bindings: Record<string, () => void> }) {
  useKeys(bindings)
  return (
    <>
      <input aria-label="Name" />
      <textarea aria-label="Text" />
      <select aria-label="Choice" />
      {/* biome-ignore lint/a11y/useSemanticElements: the element under test */}
      <div aria-label="Rich" contentEditable role="textbox" tabIndex={0} suppressContentEditableWarning />
      <button type="button">Other</button>
    </>
  )
}

test('one key, and two in a row', async () => {
  const [n, gd, d] = [vi.fn(), vi.fn(), vi.fn()]
  render(<Bound bindings={{ n, 'g d': gd, d }} />)
  await userEvent.keyboard('n')
  await userEvent.keyboard('gd')
  expect([n, gd, d].map((each) => each.mock.calls.length)).toEqual([1, 1, 0])
  await userEvent.keyboard('gxd')
  expect([n, gd, d].map((each) => each.mock.calls.length)).toEqual([1, 1, 1])
})

test('never while typing, with a modifier or under a dialog', async () => {
  const n = vi.fn()
  const { unmount } = render(<Bound bindings={{ n }} />)
  for (const name of ['Name', 'Text', 'Choice', 'Rich']) {
    screen.getByLabelText(name).focus()
    await userEvent.keyboard('n')
  }
  screen.getByText('Other').focus()
  await userEvent.keyboard('{Control>}n{/Control}{Meta>}n{/Meta}{Alt>}n{/Alt}N')
  const dialog = document.body.appendChild(document.createElement('div'))
  dialog.setAttribute('aria-modal', 'true')
  await userEvent.keyboard('n')
  expect(n).not.toHaveBeenCalled()
  dialog.remove()
  await userEvent.keyboard('n')
  expect(n).toHaveBeenCalledTimes(1)
  unmount()
  await userEvent.keyboard('n')
  expect(n).toHaveBeenCalledTimes(1)
})

test('what was bound last wins, until it goes', async () => {
  const [outer, inner] = [vi.fn(), vi.fn()]
  render(<Bound bindings={{ n: outer }} />)
  const above = render(<Bound bindings={{ n: inner }} />)
  await userEvent.keyboard('n')
  above.unmount()
  await userEvent.keyboard('n')
  expect([outer.mock.calls.length, inner.mock.calls.length]).toEqual([1, 1])
})
